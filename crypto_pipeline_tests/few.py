"""A handful of sources, for tests that are not about their number."""

from __future__ import annotations

from collections.abc import Collection

from crypto_pipeline.sources.kit import discover


def all_but(asked: Collection[str]) -> str:
    """For SOURCES_OFF: the names of all other providers."""
    return ",".join(sorted({endpoint.provider.name for endpoint in discover()}.difference(asked)))


FEW = {"kraken", "okx", "alternative_me", "frankfurter", "stellar"}
"""Providers that fill a table of each group, and whose budgets let several collections follow one another at once."""
ALL_BUT_FEW = all_but(FEW)
"""For SOURCES_OFF."""
