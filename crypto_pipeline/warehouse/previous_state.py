"""What earlier collections left behind for the next one.

Belongs here: the queries for it.
Does not belong here: what a collection makes of it (collection/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.warehouse.interface import Warehouse
from crypto_pipeline.warehouse.price_queries import apart_prices
from crypto_pipeline.warehouse.sql import not_ahead

FRESH_PRICE = f"fetched_at > now() - INTERVAL 30 MINUTE AND {not_ahead('fetched_at')}"
FRESH_RATE = "timestamp > now() - INTERVAL 7 DAY AND timestamp <= now()"
"""Exchange rates rest over weekends and holidays."""

REMEMBERED = f"asked_at IS NULL OR {not_ahead('asked_at')}"
"""What a run remembered whose clock was ahead is neither newer nor a reason to wait."""

PAUSED = f"not_before > now() AND {not_ahead('told_at')}"

STORY_COLUMNS = ("title", "language", "published_at", "first_seen_at", "story_id")
RECENT_STORY = (
    "coalesce(published_at, first_seen_at) > now() - INTERVAL 48 HOUR "
    f"AND {not_ahead('coalesce(published_at, first_seen_at)')} AND story_id IS NOT NULL"
)

USED = f"""
SELECT host, sum(requests) FROM rate_limit_usage
WHERE window_end > now() - INTERVAL 1 DAY AND {not_ahead("window_end")} GROUP BY host
"""
SPENT = """
SELECT endpoint, max(started_at), count(*) FROM connection_attempts
WHERE started_at > now() - to_seconds($seconds) AND started_at <= now() AND list_contains($hosts, host)
GROUP BY endpoint, floor(epoch(started_at) * 60 / $seconds)
"""
"""In sixtieths of the period: a month of one host is 10,000 requests, and no budget needs to know them one by one.

Asked for each period by itself, DuckDB passes over what is older: 2 ms for a minute, 10 ms for a month of 5 million rows.
"""


class Spent(NamedTuple):
    """Requests that still count against a budget."""

    endpoint: str
    at: datetime
    """When the last of them went out."""
    requests: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """What earlier collections left for the next one: rows as the tables have them, and sums of them."""

    source_health: list[dict[str, Any]] = field(default_factory=list)
    """Of all regions."""
    host_pauses: dict[str, datetime] = field(default_factory=dict)
    """Until when hosts are left alone that told a back-fill so."""
    last_of_pool: dict[str, str] = field(default_factory=dict)
    """The member of each pool that answered last."""
    used_by_host: dict[str, float] = field(default_factory=dict)
    """Requests of the last day."""
    spent: list[Spent] = field(default_factory=list)
    latest_prices: list[dict[str, Any]] = field(default_factory=list)
    """cached_market_data rows of the last half hour."""
    recent_articles: list[dict[str, Any]] = field(default_factory=list)
    """news_articles rows of the last two days: title, language, times, story_id."""
    rates: list[dict[str, Any]] = field(default_factory=list)
    """exchange_rates rows of the last week."""
    other_coins: frozenset[tuple[str, str]] = frozenset()
    """Sources with the symbol of a coin by which they mean another one."""


def recall(warehouse: Warehouse, periods: Mapping[str, float], region: str = "") -> Recalled:
    """Read the memory; an empty one where there is no database yet.

    :param periods: seconds of the budgets whose use shall be known, by host.
    :param region: whose turns in the pools are meant.
    """
    if not warehouse.exists():
        return Recalled()
    warehouse.prepare()  # a file that an older version wrote lacks columns
    with warehouse.reading():
        rates = warehouse.read("exchange_rates", where=FRESH_RATE)
        return Recalled(
            source_health=warehouse.read("source_health", where=REMEMBERED),
            host_pauses=told_pauses(warehouse),
            last_of_pool={row["pool"]: row["endpoint"] for row in _turns(warehouse, region)},
            used_by_host={host: float(requests) for host, requests in warehouse.query(USED).rows},
            spent=[
                Spent(*row)
                for seconds in {*periods.values()}
                for row in warehouse.query(SPENT, {"seconds": seconds, "hosts": _of(seconds, periods)}).rows
            ],
            latest_prices=warehouse.read("cached_market_data", where=FRESH_PRICE),
            recent_articles=warehouse.read("news_articles", columns=STORY_COLUMNS, where=RECENT_STORY),
            rates=rates,
            other_coins=frozenset((one.source, one.symbol) for one in apart_prices(warehouse, utc_now())),
        )


def _turns(warehouse: Warehouse, region: str) -> list[dict[str, Any]]:
    return warehouse.read("rotation_state", where="region = ?", parameters=[region])


def told_pauses(warehouse: Warehouse) -> dict[str, datetime]:
    """Until when hosts are left alone that told a back-fill so, as far as that is not over. Raises DatabaseBusy, DatabaseUnusable."""
    return {row["host"]: row["not_before"] for row in warehouse.read("host_pauses", where=PAUSED)}


def _of(seconds: float, periods: Mapping[str, float]) -> list[str]:
    return [host for host, period in periods.items() if period == seconds]
