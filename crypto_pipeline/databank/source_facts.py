"""What is known of a declared source, as plain values.

Belongs here: facts of one endpoint for ``crypto-pipeline sources`` and ``sources show``.
Does not belong here: its recorded answer (replay/recorded.py), how they look (cli/sources.py), the document of all sources (docgen/source_pages.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import anyio

from crypto_pipeline.collection.budgeting import requests_a_run, runs_a_day
from crypto_pipeline.collection.health import in_order
from crypto_pipeline.collection.preview import requests_now
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Budget, Context, Endpoint, Key, Whole

if TYPE_CHECKING:
    from crypto_pipeline.warehouse import Warehouse

SHOWN_REQUESTS = 5
SHOWN_OUTCOMES = 10


def listed(endpoint: Endpoint, settings: Settings) -> dict[str, Any]:
    """The facts that a list of sources has; the names are relied on by programs."""
    return {
        "id": endpoint.id,
        "provider": endpoint.provider.name,
        "host": endpoint.host,
        "table": ",".join(endpoint.tables),
        "cadence_minutes": endpoint.cadence,
        "needs_key": needs_a_key(endpoint),
        "key_env": endpoint.key.env if endpoint.key else None,
        "enabled": is_on(endpoint, settings),
        "pool": endpoint.pool,
        "docs": endpoint.docs,
    }


def needs_a_key(endpoint: Endpoint) -> bool:
    """Whether it is off for as long as its key is not given."""
    return bool(endpoint.key and endpoint.key.required)


def everything(endpoint: Endpoint, declared: Iterable[Endpoint], settings: Settings, now: datetime) -> dict[str, Any]:
    """All that is declared of one endpoint, and what it would be asked now."""
    context = Context(universe_of(settings), now, settings.candle_intervals)
    requests = anyio.run(requests_now, endpoint, context)
    a_run = requests_a_run(endpoint, context)
    pool = [one for one in declared if endpoint.pool and one.pool == endpoint.pool and one.id != endpoint.id]
    return {
        **listed(endpoint, settings),
        "requests": [request._asdict() for request in requests[:SHOWN_REQUESTS]],
        "requests_in_all": len(requests),
        "calls_after_them": [call.name for call in endpoint.request.sub_requests if call.needs_others],
        "headers": dict(endpoint.provider.headers),
        "budget": budget_in_words(endpoint.provider.budget),
        "requests_a_day": round(a_run * runs_a_day(endpoint), 1),
        "weight": endpoint.request.weight,
        "key": key_in_words(endpoint.key),
        "key_is_set": bool(endpoint.key and settings.key(endpoint.key.env)),
        "pool_members": [one.id for one in in_order(pool, {})],
        "language": endpoint.answer.language,
        "quirks": endpoint.quirks or None,
        "history": history_in_words(endpoint),
        "stale_after_minutes": endpoint.answer.stale_after_minutes,
        "may_be_empty": endpoint.answer.may_be_empty,
    }


def budget_in_words(budget: Budget) -> str:
    """``60 requests a minute``, ``5 requests in 10 s``."""
    requests = counted(budget.requests, "request")
    period = _PERIODS.get(budget.seconds)
    return f"{requests} {period}" if period else f"{requests} in {budget.seconds:g} s"


_PERIODS: Mapping[float, str] = {
    1: "a second",
    60: "a minute",
    3600: "an hour",
    86400: "a day",
    30 * 86400: "in 30 days",
}


def history_in_words(endpoint: Endpoint) -> str | None:
    """What can be had of its past: ``since 2017-08-17, 1,000 a page``. None where it declares none."""
    history = endpoint.history
    if history is None:
        return None
    if isinstance(history, Whole):
        words = f"since {history.since}, all in one answer"
    elif history.reach:
        words = f"the newest {history.reach:,}, {min(history.size, history.reach):,} a page"
    else:
        words = f"since {history.since}, {history.size:,} a page"
        words += ", numbered from the newest" if history.is_numbered else ""
    return f"{words}. {history.doubt}" if history.doubt else words


def key_in_words(key: Key | None) -> str | None:
    """Where a key comes from and where it goes."""
    if key is None:
        return None
    place = f"header {key.header}" if key.header else f"parameter {key.param}"
    return f"{key.env}, {'required' if key.required else 'optional'}, sent as the {place}"


def last_outcomes(endpoint: Endpoint, warehouse: Warehouse) -> list[dict[str, Any]]:
    """How it did of late, from data_collections; nothing where there is no database yet.

    Raises DatabaseBusy when another program holds it.
    """
    return warehouse.read(
        "data_collections",
        columns=("started_at", "outcome", "status_code", "milliseconds", "rows", "error"),
        where="endpoint = ? ORDER BY started_at DESC",
        parameters=(endpoint.id,),
        limit=SHOWN_OUTCOMES,
    )
