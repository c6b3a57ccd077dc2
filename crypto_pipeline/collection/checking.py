"""Ask sources once, each by itself, to see how they are. Nothing is remembered and nothing is stored.

Belongs here: a check of some endpoints, and the word for how each of them is.
Does not belong here: asking and judging (collection/collector.py, collection/endpoint_run.py), how a check looks (cli/sources.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, islice

import anyio

from crypto_pipeline.collection.collector import Collector
from crypto_pipeline.collection.endpoint_order import Clock
from crypto_pipeline.collection.endpoint_run import Fetch
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Context, Endpoint, RequestSpec
from crypto_pipeline.sources.symbols import FIAT, Universe

MAX_CONCURRENT = 40
LONGEST_WAIT_FOR_BUDGET = 60.0
"""Seconds. A host whose budget is for a minute or less is asked again when it is full again."""

VERDICTS: Mapping[Outcome, str] = {
    Outcome.OK: "reachable",
    Outcome.NOT_MODIFIED: "reachable",
    Outcome.UNPARSEABLE: "changed shape",
    Outcome.OUT_OF_TIME: "timeout",
    Outcome.CLOCK_WRONG: "reachable",
}
"""What a person calls it; other outcomes are called as they are."""


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """How a source is."""

    endpoint: Endpoint
    verdict: str
    is_well: bool
    why: str | None = None
    result: EndpointResult | None = None
    """None when it was not asked."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms sources are checked: those of a collection."""

    universe: Universe
    intervals: tuple[str, ...]
    whale_usd: float
    seconds: float
    """For one endpoint with all its calls."""
    keys: Mapping[str, str]


async def check(
    endpoints: Iterable[Endpoint],
    terms: Terms,
    fetch: Fetch,
    *,
    on_checked: Callable[[SourceCheck], None] = lambda checked: None,
    clock: Clock = utc_now,
) -> list[SourceCheck]:
    """Ask each endpoint, in the order of their ids; of an endpoint that has many requests, the first one.

    Endpoints of one host are asked one after another, and all together at most MAX_CONCURRENT at a time. Pools, least intervals
    and pauses do not count: who asks wants to know.
    """
    checked: list[SourceCheck] = []
    limiter = anyio.CapacityLimiter(MAX_CONCURRENT)

    async def one_host(members: list[Endpoint]) -> None:
        for endpoint in members:
            found = await _check(endpoint, terms, fetch, limiter, clock)
            checked.append(found)
            on_checked(found)

    by_host = groupby(sorted(endpoints, key=lambda endpoint: (endpoint.host, endpoint.id)), lambda one: one.host)
    async with anyio.create_task_group() as group:
        for _, members in by_host:
            group.start_soon(one_host, list(members))
    return sorted(checked, key=lambda one: one.endpoint.id)


async def _check(
    endpoint: Endpoint, terms: Terms, fetch: Fetch, limiter: anyio.CapacityLimiter, clock: Clock
) -> SourceCheck:
    key = endpoint.key
    if key and key.required and not terms.keys.get(key.env):
        return SourceCheck(endpoint, "needs a key", False, f"set {key.env}")
    requests = tuple(islice(endpoint.requests_in(Context(terms.universe, clock(), terms.intervals)), 1))
    if not requests:
        return SourceCheck(endpoint, "nothing to ask", True, "none of its requests is about a tracked coin")
    async with limiter:
        result = await _ask(endpoint, requests, terms, fetch, clock)
    period = endpoint.provider.budget.seconds
    if result.outcome is Outcome.NO_BUDGET and period <= LONGEST_WAIT_FOR_BUDGET:
        await anyio.sleep(period)
        async with limiter:
            result = await _ask(endpoint, requests, terms, fetch, clock)
    return _judged(endpoint, result)


async def _ask(
    endpoint: Endpoint, requests: tuple[RequestSpec, ...], terms: Terms, fetch: Fetch, clock: Clock
) -> EndpointResult:
    """A collection of this endpoint alone.

    Every currency has a rate, if not a true one: whether prices in local money can be read does not depend on it.
    """
    context = NormalisationContext(clock(), terms.universe, dict.fromkeys(FIAT, 1.0), whale_usd=terms.whale_usd)
    alone = replace(endpoint, membership=None, requests=(lambda context: requests) if endpoint.requests else None)
    plan = CollectionPlan(
        endpoints=(alone,),
        tables=frozenset(endpoint.tables),
        seconds=terms.seconds,
        context=context,
        intervals=terms.intervals,
        keys=terms.keys,
    )
    collector = Collector(plan, clock=clock)
    await collector.run(fetch, lambda batches: None)
    (result,) = collector.results
    return replace(result, endpoint=endpoint)


def _judged(endpoint: Endpoint, result: EndpointResult) -> SourceCheck:
    why = result.error
    if result.succeeded and result.rejected:
        why = (
            f"{counted(result.rejected_count, 'row was', 'rows were')} rejected; the first: {result.rejected[0].reason}"
        )
    verdict = VERDICTS.get(result.outcome, result.outcome.value.replace("_", " "))
    return SourceCheck(endpoint, verdict, result.succeeded, why, result)
