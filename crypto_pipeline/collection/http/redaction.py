"""The keys of one request, kept out of everything that people can read.

Belongs here: which keys a request carries; addresses without them.
Does not belong here: how keys are spelled and found (collection/key_gate.py), where they come from (settings.py) and where they go
(sources/kit/access.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote_plus

from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.collection.key_gate import KeyGate, gate_for


def secrets_of(request: Request) -> KeyGate:
    """What hides the request's keys in a text, however they are spelled."""
    return gate_for((*request.secret_params.values(), *request.secret_headers.values()))


def redact(text: str, secrets: KeyGate) -> str:
    """The text with every key in it hidden."""
    return secrets.text(text)


def url_without_keys(url: str, request: Request) -> str:
    """An address without the parameters that carry a key of the request. The others stay as they are spelled."""
    address, mark, query = url.partition("?")
    values = set(request.secret_params.values()) | set(request.secret_headers.values())
    kept = [part for part in query.split("&") if not _carries_a_key(part, request.secret_params.keys(), values)]
    return address + (mark + "&".join(kept) if kept else "")


def _carries_a_key(part: str, names: Iterable[str], values: set[str]) -> bool:
    name, _, value = part.partition("=")
    return unquote_plus(name) in names or unquote_plus(value) in values
