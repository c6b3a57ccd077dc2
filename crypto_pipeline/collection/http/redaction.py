"""Keys of sources, kept out of everything that people can read.

Belongs here: finding a request's keys in a text or an address, and taking them out.
Does not belong here: where keys come from (settings.py) and where they go (sources/kit/access.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote_plus

from crypto_pipeline.collection.http.messages import Request

HIDDEN = "***"
_LONG_ENOUGH = 8
"""A word of a header that is shorter, such as Bearer, is not the key in it."""


def secrets_of(request: Request) -> tuple[str, ...]:
    """Every spelling in which the request's keys could appear, the longest first."""
    found: set[str] = set()
    for value in (*request.secret_params.values(), *request.secret_headers.values()):
        found |= {value, value.strip()}
        found |= {word for word in value.split() if len(word) >= _LONG_ENOUGH}
    for value in tuple(found):
        found |= {quote(value, safe=""), quote(value), quote_plus(value), json.dumps(value)[1:-1]}
    return tuple(sorted(found - {""}, key=lambda secret: (-len(secret), secret)))


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with every key in it hidden."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def without_keys(url: str, request: Request) -> str:
    """An address without the parameters that carry a key of the request. The others stay as they are spelled."""
    address, mark, query = url.partition("?")
    values = set(request.secret_params.values()) | set(request.secret_headers.values())
    kept = [part for part in query.split("&") if not _carries_a_key(part, request.secret_params.keys(), values)]
    return address + (mark + "&".join(kept) if kept else "")


def _carries_a_key(part: str, names: Iterable[str], values: set[str]) -> bool:
    name, _, value = part.partition("=")
    return unquote_plus(name) in names or unquote_plus(value) in values
