"""The past of an endpoint, as it is declared: what it is asked for what is long over, and how far back that reaches.

Belongs here: the two forms of a past as plain values, and the requests that become of them.
Does not belong here: which pages are wanted and in which order (collection/past/), reading them (the endpoint's parser,
which serves for old answers as for new ones).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TypeAlias

from crypto_pipeline.schema.clock import GENESIS
from crypto_pipeline.sources.kit.requests import RequestSpec, RequestTemplate

_GENESIS = GENESIS.date().isoformat()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Time from ``start`` up to and without ``end``, in unix seconds."""

    start: int
    end: int

    def __bool__(self) -> bool:
        """Whether there is any time in it."""
        return self.end > self.start

    def __contains__(self, moment: float) -> bool:
        return self.start <= moment < self.end

    def both(self, other: Span) -> Span:
        """The time that lies in both; it may be none."""
        return Span(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Pages:
    """A past that is asked for by windows of time.

    A window holds ``size`` entries. Windows lie on a grid that is counted from the epoch, so that all of them are known
    before anything is asked, and a window is the same request whatever span somebody wants.
    """

    size: int
    """Entries of one answer."""
    params: Mapping[str, str] = field(default_factory=dict)
    """Parameters that name a window. They replace those of the same name; of ``{start}``, ``{end}`` (the first moment
    after the window), ``{last}`` (when its last entry opens) and ``{before}`` (when the entry before it opens) each is in
    unix seconds, with ``_ms`` in milliseconds, with ``_iso`` as 2026-11-23T12:00:00Z, with ``_date`` as 2026-11-23, with
    ``_day`` as 20261123; ``{size}`` is the number of entries. The path may hold them too. ``{page}`` in their place is the
    number of a page, where a source knows no times: pages are counted from the newest entry, from 1."""
    body: Mapping[str, object] = field(default_factory=dict)
    """The same for members of the body of a POST; what becomes digits there is a number."""
    since: str = _GENESIS
    """The day (2017-08-17) before which the source has nothing."""
    reach: int | None = None
    """How many of the newest entries can be had, where that is bounded."""
    path: str | None = None
    """The path, where it is not that of the newest entries."""
    drop: tuple[str, ...] = ()
    """Parameters of the newest entries that must not go along."""
    intervals: tuple[str, ...] = ()
    """The lengths of candles that can be paged, where those are not all that the endpoint has."""
    seconds: int | None = None
    """Between two entries, where these are no candles: the least there may be; where pages are numbered the usual time, from
    which follows what page to begin with."""
    weight: int | None = None
    """Of one page, where it costs more of the host's budget than the newest entries do."""
    leaves_out_empty: bool = False
    """Candles in which nobody traded are not there, so that a hole among them is no fault."""
    doubt: str = ""
    """What of this is not sure, in a sentence."""

    @property
    def is_numbered(self) -> bool:
        """Whether a page is asked for by its number, and what it holds is known when it has come."""
        return any("{page}" in template for template in self.params.values())


@dataclass(frozen=True, slots=True)
class Whole:
    """A past that one request answers from its beginning to today."""

    params: Mapping[str, str] = field(default_factory=dict)
    """They replace the endpoint's of the same name, and may name the time from ``{start}`` to ``{end}`` as pages do."""
    body: Mapping[str, object] = field(default_factory=dict)
    since: str = _GENESIS
    """The day of the first entry."""
    path: str | None = None
    drop: tuple[str, ...] = ()
    weight: int | None = None
    doubt: str = ""


History: TypeAlias = Pages | Whole


def past_template(history: History, template: RequestTemplate) -> RequestTemplate:
    """What the requests for the past have in common: another path, and without what only the newest entries want."""
    return replace(
        template,
        path=template.path if history.path is None else history.path,
        params={name: value for name, value in template.params.items() if name not in history.drop},
        weight=history.weight or template.weight,
    )


def page_request(history: History, spec: RequestSpec, window: Span, seconds: int, number: int = 1) -> RequestSpec:
    """What an endpoint is asked for one window of its past.

    :param spec: the request for the newest entries, of a coin and an interval or of nothing in particular.
    :param seconds: between two entries.
    :param number: of the page, where pages are numbered.
    """
    fields = {**spec.values, **_moments(window, seconds), "page": str(number)}
    if isinstance(history, Pages):
        fields["size"] = str(history.size)
    params = {name: value for name, value in spec.params.items() if name not in history.drop}
    params |= {name: template.format_map(fields) for name, template in history.params.items()}
    return replace(spec, values=fields, params=params, body={**spec.body, **_filled(history.body, fields)})


def is_past(spec: RequestSpec) -> bool:
    """Whether a request asks for the past: for a parser that otherwise takes only the newest of what it is given."""
    return "start_ms" in spec.values


def _moments(window: Span, seconds: int) -> dict[str, str]:
    moments = {
        "start": window.start,
        "end": window.end,
        "last": window.end - seconds,
        "before": window.start - seconds,
    }
    words: dict[str, str] = {}
    for name, moment in moments.items():
        when = datetime.fromtimestamp(moment, timezone.utc)
        words |= {
            name: str(moment),
            f"{name}_ms": str(moment * 1000),
            f"{name}_iso": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            f"{name}_date": f"{when:%Y-%m-%d}",
            f"{name}_day": f"{when:%Y%m%d}",
        }
    return words


def _filled(body: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, object]:
    return {name: _filled_value(value, fields) for name, value in body.items()}


def _filled_value(value: object, fields: Mapping[str, str]) -> object:
    """A value of a body; a text that becomes digits is a number there."""
    if isinstance(value, Mapping):
        return _filled(value, fields)
    if not isinstance(value, str):
        return value
    filled = value.format_map(fields)
    return int(filled) if filled.isdigit() and filled != value else filled
