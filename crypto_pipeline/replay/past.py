"""Requests for the past of an endpoint: recognising them, and the window that each of them names.

Belongs here: the opposite of what makes such requests (sources/kit/history.py).
Does not belong here: what is answered (replay/past_entries.py), requests for the newest entries (replay/routes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from crypto_pipeline.collection.backfill.series import DAY, past_specs
from crypto_pipeline.replay.leaves import leaves
from crypto_pipeline.replay.recorded import RECORDED_AT
from crypto_pipeline.replay.times import MONDAY
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.sources.dated_markets import DATED_SYMBOLS
from crypto_pipeline.sources.kit import Context, Endpoint, Pages, RequestSpec, Span, Whole
from crypto_pipeline.sources.symbols import COINGECKO_IDS, Universe

EVERY_COIN = Context(
    Universe(frozenset({*COINGECKO_IDS, *DATED_SYMBOLS})), RECORDED_AT, tuple(INTERVAL_SECONDS), on_purpose=True
)
EVERYTHING = Span(0, 2**40)
_FORMS = {
    "": r"\d+",
    "ms": r"\d+",
    "iso": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "date": r"\d{4}-\d\d-\d\d",
    "day": r"\d{8}",
}
_WRITTEN = {"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d", "day": "%Y%m%d"}
_A_MOMENT = re.compile(r"\d{10,}")
_MOMENTS = frozenset({"start", "end", "last", "before"})
_PAGE = "page"


@dataclass(frozen=True)
class PastRequest:
    """A request for the past: of which series, and which window."""

    endpoint: Endpoint
    spec: RequestSpec
    window: Span
    seconds: int
    """Between two entries."""
    number: int | None = None
    """Of the page, counted from the newest entry, where that is what it asks for."""

    def entries(self, now: float) -> int:
        """How many there can be in the window by now (unix seconds): one that names its beginning alone reaches beyond."""
        return int(min(self.window.end, now) - self.window.start) // self.seconds

    def end(self, now: datetime) -> int:
        """Until when there can be entries by now."""
        return min(self.window.end, int(now.timestamp()) + 1)

    def moments(self, now: datetime) -> list[int]:
        """The moments of which the source has entries, in the order of time."""
        origin = MONDAY if self.spec.values.get("interval") == "1w" else 0
        first = max(self.window.start, self._oldest(now)) - origin
        start = -(-first // self.seconds) * self.seconds + origin
        moments = list(range(start, self.end(now), self.seconds))
        return moments if self.number is None else self._on_page(moments, self.number)

    def _oldest(self, now: datetime) -> int:
        """The first moment of which the source has anything now."""
        history = self.endpoint.history
        since = int(datetime.fromisoformat(history.since).replace(tzinfo=timezone.utc).timestamp()) if history else 0
        reach = history.reach if isinstance(history, Pages) else None
        return max(since, int(now.timestamp()) - reach * self.seconds) if reach else since

    def _on_page(self, moments: list[int], number: int) -> list[int]:
        """Those of a page that is asked for by its number: page 1 has the newest."""
        history = self.endpoint.history
        size = history.size if isinstance(history, Pages) else len(moments)
        newer = (number - 1) * size
        return moments[::-1][newer : newer + size][::-1]


@dataclass(frozen=True)
class PastRoute:
    """The requests for the past of one endpoint."""

    endpoint: Endpoint
    """As it is asked for its past."""

    def request(self, method: str, path: str, query: Mapping[str, str], body: Any) -> PastRequest | None:
        """What a request asks for, None when it is none of these."""
        template, history = self.endpoint.request, self.endpoint.history
        assert history is not None
        fixed = {name: value for name, value in template.params.items() if name not in history.params}
        if method != template.method or not fixed.items() <= query.items():
            return None
        found = self._path.fullmatch(path)
        moments = self._moments_in(query, body) if found else None
        if found is None or moments is None:
            return None
        moments |= _moments(found)
        number = moments.pop(_PAGE, None)
        said = {name: text for name, text in found.groupdict().items() if name.partition("_")[0] not in _MOMENTS}
        for spec in self._specs:
            fits = said.items() <= spec.values.items() and _lasting(spec, history).items() <= query.items()
            if fits and _body_fits(history.body, spec, body):
                seconds = _seconds(spec, history)
                window = _window(history, moments, seconds)
                if window and isinstance(history, Whole):
                    window = window.both(_existence(spec))
                return PastRequest(self.endpoint, spec, window, seconds, number) if window else None
        return None

    @cached_property
    def _specs(self) -> list[RequestSpec]:
        return list(past_specs(self.endpoint, EVERY_COIN))

    @cached_property
    def _path(self) -> re.Pattern[str]:
        base = urlsplit(self.endpoint.provider.base_url).path
        return _pattern(base + self.endpoint.request.path or "/")

    @cached_property
    def _params(self) -> dict[str, re.Pattern[str]]:
        history = self.endpoint.history
        return {name: _pattern(template) for name, template in history.params.items()} if history else {}

    def _moments_in(self, query: Mapping[str, str], body: Any) -> dict[str, int] | None:
        """The moments in the parameters and the body; None where one of the parameters is missing or says something else."""
        moments: dict[str, int] = {}
        for name, pattern in self._params.items():
            found = pattern.fullmatch(query.get(name, ""))
            if found is None:
                return None
            moments |= _moments(found)
        said = dict(leaves(body))
        for place, template in leaves(self.endpoint.history.body if self.endpoint.history else {}):
            found = _pattern(str(template)).fullmatch(str(said.get(place, "")))
            if found is None:
                return None
            moments |= _moments(found)
        return moments


def past_routes(endpoints: Iterable[Endpoint]) -> dict[str, list[PastRoute]]:
    """The routes of all endpoints that declare a past, by host."""
    routes: dict[str, list[PastRoute]] = {}
    for endpoint in endpoints:
        if endpoint.history is not None:
            routes.setdefault(endpoint.host, []).append(PastRoute(endpoint.past))
    return routes


def _pattern(template: str) -> re.Pattern[str]:
    """What a template looks like once it is filled; its fields are groups of their names."""
    parts = []
    for literal, name, *_ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name:
            word, _, form = name.partition("_")
            written = _FORMS[form] if word in _MOMENTS else r"[1-9]\d*" if word == _PAGE else ".+?"
            parts.append(f"(?P<{name}>{written})")
    return re.compile("".join(parts))


def _moments(found: re.Match[str]) -> dict[str, int]:
    """The moments that a filled template says, and the number of the page."""
    words = {name: name.partition("_") for name in found.groupdict()}
    said = {word: _unix(found[name], form) for name, (word, _, form) in words.items() if word in _MOMENTS}
    return said | {_PAGE: int(found[_PAGE])} if _PAGE in words else said


def _unix(text: str, form: str) -> int:
    if form in _WRITTEN:
        return int(datetime.strptime(text, _WRITTEN[form]).replace(tzinfo=timezone.utc).timestamp())
    return int(text) // 1000 if form == "ms" else int(text)


def _window(history: Pages | Whole, moments: Mapping[str, int], seconds: int) -> Span | None:
    """The window that the moments of a request say; None where they say too little. What names none means everything."""
    if not moments:
        return EVERYTHING
    start = moments.get("start", moments["before"] + seconds if "before" in moments else None)
    end = moments.get("end", moments["last"] + seconds if "last" in moments else None)
    if isinstance(history, Whole):
        return Span(start or 0, end or EVERYTHING.end)
    if start is None and end is not None:
        start = end - history.size * seconds
    if start is not None and end is None:
        end = start + history.size * seconds
    return Span(start, end) if start is not None and end is not None else None


def _existence(spec: RequestSpec) -> Span:
    """The time of which a series has anything: that of a file for one year, say."""
    since, until = (_unix(text, "date") if (text := spec.values.get(name)) else None for name in ("since", "until"))
    return Span(since or EVERYTHING.start, until or EVERYTHING.end)


def _seconds(spec: RequestSpec, history: Pages | Whole) -> int:
    interval = spec.values.get("interval")
    if interval:
        return INTERVAL_SECONDS[interval]
    return (history.seconds if isinstance(history, Pages) else None) or DAY


def _lasting(spec: RequestSpec, history: Pages | Whole) -> dict[str, str]:
    """The parameters of a series that say which one it is, and not when."""
    left = {*history.drop, *history.params}
    return {name: value for name, value in spec.params.items() if name not in left and not _A_MOMENT.fullmatch(value)}


def _body_fits(template: Mapping[str, object], spec: RequestSpec, body: Any) -> bool:
    """Whether a body names this series."""
    said = dict(leaves(body))
    fields = {*spec.values}
    for place, text in leaves(template):
        names = {name for _, name, *_ in Formatter().parse(str(text)) if name}
        if names and names <= fields and said.get(place) != str(text).format_map(spec.values):
            return False
    return True
