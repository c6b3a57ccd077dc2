"""Hosts that do not answer this region, so that another one has to ask them.

Belongs here: what counts as a refusal of a host, out of the results of a collection.
Does not belong here: what follows from it (collection/regions/division.py), pauses of an endpoint (collection/health.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.results import EndpointResult, nothing_was_reachable
from crypto_pipeline.schema.outcomes import Outcome

TRIED_AGAIN_AFTER = timedelta(days=1)
SEVERAL_RUNS = 3
"""A host that could not be reached in so many runs, one after another, is out of reach from here; in fewer it may just be down."""
_OF_NO_COUNTRY = frozenset({401, 402})
"""Whoever wants a login or money wants it everywhere."""
_NO_ANSWER = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})


def refusal_rows(results: Iterable[EndpointResult], at: datetime) -> list[TableRow]:
    """Rows of region_refusals: hosts of which every endpoint that was asked in this collection was refused or out of reach."""
    results = [result for result in results if result.was_asked]
    if nothing_was_reachable(results):
        return []
    by_host: dict[str, list[EndpointResult]] = defaultdict(list)
    for result in results:
        by_host[result.endpoint.host].append(result)
    return [
        {
            "host": host,
            "refused_at": at,
            "not_before": at + TRIED_AGAIN_AFTER,
            "endpoint": of_host[0].endpoint.id,
            "outcome": of_host[0].outcome.value,
            "error": of_host[0].error,
        }
        for host, of_host in sorted(by_host.items())
        if all(_is_refused(result) or _is_out_of_reach(result) for result in of_host)
    ]


def _is_refused(result: EndpointResult) -> bool:
    return result.outcome is Outcome.BLOCKED and result.status_code not in _OF_NO_COUNTRY


def _is_out_of_reach(result: EndpointResult) -> bool:
    failures = result.remembered.consecutive_failures if result.remembered else 0
    return result.outcome in _NO_ANSWER and failures >= SEVERAL_RUNS
