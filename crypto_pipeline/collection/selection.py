"""Which endpoints take part in a collection.

Belongs here: settings and cadence applied to the declared endpoints; their keys.
Does not belong here: whether one of them may be asked at this moment (collection/health.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from crypto_pipeline.collection.errors import UnknownSourceError
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint


def is_on(endpoint: Endpoint, settings: Settings) -> bool:
    """Whether an endpoint is asked at all: on by default or by setting, not switched off, its required key at hand."""
    if endpoint.key and endpoint.key.required and not settings.key(endpoint.key.env):
        return False
    if settings.switched_off(endpoint.id, endpoint.provider.name):
        return False
    return endpoint.on_by_default or settings.switched_on(endpoint.id, endpoint.provider.name)


def endpoints_for(
    tables: Collection[str], declared: Iterable[Endpoint], settings: Settings, *, quick: bool = False
) -> list[Endpoint]:
    """The endpoints that feed any of these tables; ``quick`` leaves those out that change every 15 minutes only.

    An endpoint with a longer least interval takes part in both jobs: collection/health.py sees to it that it is not asked too soon.
    Raises UnknownSourceError and UnknownCoinError for names in the settings that nobody knows.
    """
    declared = tuple(declared)
    check_names(settings, declared)
    return [
        endpoint
        for endpoint in declared
        if not set(endpoint.tables).isdisjoint(tables)
        and is_on(endpoint, settings)
        and not (quick and endpoint.cadence == 15)
    ]


def check_names(settings: Settings, declared: Iterable[Endpoint]) -> None:
    """Raise UnknownSourceError when a setting names a source that does not exist, UnknownCoinError for such a coin."""
    universe_of(settings)
    known = {name for endpoint in declared for name in (endpoint.id, endpoint.provider.name)}
    for variable, names in (("SOURCES_OFF", settings.sources_off), ("SOURCES_ON", settings.sources_on)):
        for name in names.replace(",", " ").split():
            if name not in known:
                raise UnknownSourceError(f"CRYPTO_PIPELINE_{variable}: {unknown_source(name, known)}")


def unknown_source(name: str, known: Iterable[str]) -> str:
    """The sentence for a name that no source has, with up to three names that are like it."""
    close = get_close_matches(name, list(known), n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "see 'crypto-pipeline sources'."
    return f"There is no source {name}; {hint}"
