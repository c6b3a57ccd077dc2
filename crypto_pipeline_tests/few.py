"""A handful of sources, for tests that are not about their number."""

from __future__ import annotations

from crypto_pipeline.sources.kit import discover

FEW = {"kraken", "okx", "alternative_me", "frankfurter", "stellar"}
"""Providers that fill a table of each group, and whose budgets let several collections follow one another at once."""
ALL_BUT_FEW = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - FEW))
"""For SOURCES_OFF."""
