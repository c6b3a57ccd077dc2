"""Gaps asked for (again): the pages in which something is missing, and no others.

Belongs here: which pages a repair asks for.
Does not belong here: finding gaps (warehouse/gaps.py), the walk (collection/backfill/walk.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.backfill.windows import newest_first
from crypto_pipeline.sources.kit import Span

Settled = dict[tuple[str, str], list[Span]]


class Missing(Protocol):
    """A stretch in which candles of a market are missing, in unix seconds."""

    @property
    def provider(self) -> str:
        """The source."""

    @property
    def symbol(self) -> str:
        """The coin."""

    @property
    def interval(self) -> str:
        """The length of the candles."""

    @property
    def start(self) -> int:
        """When the first that is missing would open."""

    @property
    def end(self) -> int:
        """When the next one opens."""

    @property
    def kind(self) -> str:
        """Why it is missing."""


def repaired(
    series: Sequence[Series], settled: Mapping[tuple[str, str], list[Span]], gaps: Iterable[Missing]
) -> tuple[list[Series], Settled]:
    """The series cut down to the pages in which something is missing, and what of these is settled all the same.

    A page about which the source is asked for a second time is not settled.
    """
    of_market = {(one.source, one.symbol, one.interval): one for one in series}
    pages: dict[tuple[str, str], set[Span]] = {}
    again: dict[tuple[str, str], list[Span]] = {}
    found: dict[tuple[str, str], Series] = {}
    for gap in gaps:
        one = of_market.get((gap.provider, gap.symbol, gap.interval))
        missing = Span(gap.start, gap.end).both(one.reach) if one else Span(0, 0)
        if one is None or not missing:
            continue
        key = (one.endpoint.id, one.ask)
        found[key] = one
        for page in newest_first(missing, one.page_seconds, one.origin):
            pages.setdefault(key, set()).add(page.both(one.reach))
        if gap.kind != "not_asked":
            again.setdefault(key, []).append(missing)
    made = [replace(found[key], wanted=page) for key, of_key in pages.items() for page in sorted(of_key, reverse=True)]
    left = {
        key: [span for span in spans if not any(span.both(missing) for missing in again.get(key, ()))]
        for key, spans in settled.items()
    }
    return made, left
