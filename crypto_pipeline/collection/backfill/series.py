"""Series: what can be had of the past one after another, the hours of BTC at Binance or the days of fear and greed.

Belongs here: which series there are for a wish, how far each reaches, which pages of it are missing.
Does not belong here: which sources are asked for a coin (collection/backfill/choice.py), asking (collection/backfill/walk.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from crypto_pipeline.collection.backfill.windows import floor, hull, newest_first, without
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, WEEK_OPENS
from crypto_pipeline.sources.dated_markets import DatedMarket, dated_markets
from crypto_pipeline.sources.kit import ONE_REQUEST, Context, Endpoint, History, Pages, RequestSpec, Span, Whole
from crypto_pipeline.sources.symbols import Universe

DAY = 86_400
_DAYS = "1d"


@dataclass(frozen=True, slots=True)
class Series:
    """Entries that follow one another in time, at one source."""

    endpoints: tuple[Endpoint, ...]
    """Those that answer the same; the first that can be asked is."""
    spec: RequestSpec
    """The request for its newest entries, from which those for pages are made."""
    seconds: int
    """Between two entries, at least."""
    reach: Span
    """What the source can have of it: from its first day, or from its oldest entry that can be had, up to the end of the
    newest entry that is complete."""
    wanted: Span
    """The part of its reach that is asked for."""
    opened: int | None = None
    """When its market opened, as the exchange says, where that bounds its reach (collection/backfill/listing.py)."""
    uncut: Series | None = None
    """The same without what the exchange says of its market."""

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint under whose name the ledger has it."""
        return self.endpoints[0]

    @property
    def ask(self) -> str:
        """Which of the endpoint's series it is: BTC 1h."""
        return self.spec.label

    @property
    def symbol(self) -> str | None:
        """The coin, where it is of one."""
        return self.spec.values.get("symbol")

    @property
    def interval(self) -> str | None:
        """The length of its candles, where it has candles."""
        return self.spec.values.get("interval")

    @property
    def source(self) -> str:
        """How rows name the source."""
        return self.endpoint.provider.source

    @property
    def market(self) -> tuple[str, str]:
        """What its days and its hours have in common."""
        return self.endpoint.id, self.ask.replace(f" {self.interval}", "", 1) if self.interval else self.ask

    @property
    def page_seconds(self) -> int:
        """The length of one page."""
        history = self.endpoint.history
        if isinstance(history, Pages) and not self.is_one_page:
            return history.size * self.seconds
        return max(self.reach.end - self.reach.start, 1)

    def expected(self, span: Span) -> int | None:
        """How many entries fit into a stretch; None where entries are not known to come at regular times."""
        return (span.end - span.start) // self.seconds if self.interval else None

    def missing(self, settled: Iterable[Span]) -> Iterator[Span]:
        """The pages that are not settled, the newest first: of each window what is left of it.

        A window is asked for as a whole, whatever part of it is wanted, so that its request is always the same.
        """
        known = list(settled)
        for window in newest_first(self.wanted, self.page_seconds, self.origin):
            left = without(window.both(self.reach), known)
            if any(part.both(self.wanted) for part in left):
                yield hull(left)

    @property
    def origin(self) -> int:
        """A moment at which a page begins; the others follow from it.

        Pages that are numbered are counted from the newest entry, which opens what is not complete yet.
        """
        if self.is_numbered:
            return self.reach.end + self.seconds
        return self.reach.start if self.is_one_page else WEEK_OPENS if self.interval == "1w" else 0

    def number_of(self, moment: int) -> int:
        """The page that holds an entry of a moment, where pages are numbered and entries come at their usual times."""
        return (self.origin - 1 - moment) // self.page_seconds + 1

    @property
    def is_numbered(self) -> bool:
        """Whether pages are asked for by their numbers (collection/backfill/numbered.py)."""
        return isinstance(self.endpoint.history, Pages) and self.endpoint.history.is_numbered

    @property
    def is_one_page(self) -> bool:
        """Whether one answer holds all of its reach."""
        history = self.endpoint.history
        return isinstance(history, Whole) or bool(history and history.reach and history.reach <= history.size)


def series_of(
    endpoints: Iterable[Endpoint],
    *,
    wanted: Span,
    symbols: Collection[str] = (),
    intervals: Collection[str] = (),
    now: datetime | None = None,
) -> list[Series]:
    """The series of some endpoints.

    :param endpoints: with a declared past; those that answer the same for one source follow one another.
    :param symbols: the coins, for endpoints that are asked for coins.
    :param intervals: lengths of candles.
    """
    now = now or utc_now()
    lengths = tuple(sorted(intervals, key=INTERVAL_SECONDS.__getitem__))
    context = Context(Universe(frozenset(symbols)), now, lengths, on_purpose=True)
    made: list[Series] = []
    for alternatives in _alternatives(endpoints):
        first = alternatives[0]
        for spec in past_specs(first, context):
            one = _series(alternatives, spec, wanted, now)
            if one is not None and one.wanted:
                made.append(one)
    return made


def _alternatives(endpoints: Iterable[Endpoint]) -> list[tuple[Endpoint, ...]]:
    """Members of a pool that are one source under several addresses stand together."""
    groups: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in endpoints:
        key = (endpoint.provider.source, endpoint.pool) if endpoint.pool else (endpoint.id, "")
        groups.setdefault(key, []).append(endpoint)
    return [tuple(sorted(group, key=lambda one: one.priority)) for group in groups.values()]


def past_specs(endpoint: Endpoint, context: Context) -> Iterator[RequestSpec]:
    """The series of an endpoint as requests for their newest entries; of a coin with several markets over time each."""
    if endpoint.requests is None:
        yield ONE_REQUEST[0]
        return
    history = endpoint.history
    if isinstance(history, Pages) and history.intervals:
        context = replace(context, intervals=tuple(one for one in context.intervals if one in history.intervals))
    provider = endpoint.provider
    for spec in endpoint.requests_in(context):
        symbol = spec.values.get("symbol", "")
        if provider.aliases.get(symbol, symbol) != symbol:
            continue  # by this code the source means another coin
        dated = dated_markets(provider.source, symbol)
        if not dated:
            yield spec
        for market in dated:
            yield _under(market, spec)


def _under(dated: DatedMarket, spec: RequestSpec) -> RequestSpec:
    """A request for the market under the name that it had; its parameters say that name as well."""
    usual = spec.values["market"]
    values = {**spec.values, "market": dated.market, "since": dated.since, "until": dated.until}
    params = {name: dated.market if value == usual else value for name, value in spec.params.items()}
    label = spec.label if dated.market == usual else f"{spec.label} {dated.market}"
    return replace(spec, label=label, values=values, params=params)


def seconds_between(history: History, spec: RequestSpec) -> int:
    """Seconds between two entries of a past, at least."""
    interval = spec.values.get("interval")
    if interval:
        return INTERVAL_SECONDS[interval]
    return (history.seconds if isinstance(history, Pages) else None) or DAY


def _series(endpoints: tuple[Endpoint, ...], spec: RequestSpec, wanted: Span, now: datetime) -> Series | None:
    history = endpoints[0].history
    if history is None:
        return None
    interval, seconds = spec.values.get("interval"), seconds_between(history, spec)
    complete_until = floor(now.timestamp(), seconds, WEEK_OPENS if interval == "1w" else 0)
    begins = _unix(history.since)
    if isinstance(history, Pages) and history.reach:
        begins = max(begins, complete_until - (history.reach - 1) * seconds)
    ends = complete_until
    if since := spec.values.get("since"):
        begins = max(begins, _unix(since))
    if until := spec.values.get("until"):
        ends = min(ends, _unix(until))
    reach = Span(begins, ends)
    whole = reach if isinstance(history, Whole) else reach.both(wanted)
    return Series(endpoints, spec, seconds, reach, whole)


def _unix(day: str) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp())


def by_host(series: Iterable[Series]) -> dict[str, list[list[Series]]]:
    """The series of each market together, by the host that is asked first."""
    markets: dict[tuple[str, str], list[Series]] = {}
    for one in series:
        markets.setdefault(one.market, []).append(one)
    hosts: dict[str, list[list[Series]]] = {}
    for market in markets.values():
        hosts.setdefault(market[0].endpoint.host, []).append(market)
    return hosts
