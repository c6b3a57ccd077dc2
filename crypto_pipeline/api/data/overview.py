"""Everything that a page shows first, in one answer.

Belongs here: /overview, and the parts of it that have no path of their own.
Does not belong here: the parts that have one.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.gas import Gas, gas_now
from crypto_pipeline.api.data.metrics import Metric, fear_and_greed
from crypto_pipeline.api.data.prices import Price, consensus_now
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.runs import Run, newest_runs_of_jobs
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.data.tables import TableAge, ages_of_tables
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.warehouse.sql import not_ahead

_MARKET = f"""
    SELECT * FROM market_overview
    WHERE timestamp >= (SELECT max(timestamp) - INTERVAL 1 HOUR FROM market_overview WHERE {not_ahead("timestamp")})
        AND {not_ahead("timestamp")}
    ORDER BY market_cap_change_24h IS NOT NULL AND btc_dominance IS NOT NULL DESC, timestamp DESC, source LIMIT 1
"""
_ALERTS = "SELECT * FROM alerts WHERE resolved_at IS NULL ORDER BY severity, first_seen_at DESC, condition LIMIT 100"


class Market(Shape):
    """The whole market: of the sources of the newest hour, one that knows the change and Bitcoin's share."""

    total_market_cap_usd: float | None = of("market_overview", "total_market_cap_usd")
    total_volume_24h_usd: float | None = of("market_overview", "total_volume_24h_usd")
    market_cap_change_24h: float | None = of("market_overview", "market_cap_change_24h")
    btc_dominance: float | None = of("market_overview", "btc_dominance")
    eth_dominance: float | None = of("market_overview", "eth_dominance")
    timestamp: Moment = of("market_overview", "timestamp")
    source: str = of("market_overview", "source")


class Alert(Shape):
    """An alert that is open."""

    condition: str = of("alerts", "condition")
    severity: str | None = of("alerts", "severity")
    message: str | None = of("alerts", "message")
    first_seen_at: Moment = of("alerts", "first_seen_at")
    last_seen_at: Moment | None = of("alerts", "last_seen_at")
    acknowledged_at: Moment | None = of("alerts", "acknowledged_at")
    region: str | None = of("alerts", "region")


class Overview(Answer):
    """All that the first page shows."""

    rows: ClassVar[str] = "prices"

    prices: list[Price] = Field(description="By market capitalisation, largest first; without sparks.")
    fear_greed: Metric | None = Field(description="The index of fear and greed; null where there is none.")
    market: Market | None
    gas: list[Gas] = Field(description="Fees, one source of each chain.")
    tables: list[TableAge]
    collections: list[Run] = Field(description="The newest run of each job.")
    alerts: list[Alert] = Field(description="What is wrong now: errors first, then the newest.")
    has_data: bool = Field(description="Whether anything of the market was ever collected.")


def overview(reading: Reading) -> Overview:
    """Everything that the first page shows, of one moment of the database."""
    prices = consensus_now(reading)
    fear = fear_and_greed(reading)
    market = reading.one(_MARKET)
    gas = gas_now(reading)
    ages = ages_of_tables(reading)
    return Overview(
        prices=[Price.model_validate(row) for row in prices],
        fear_greed=Metric.model_validate(fear) if fear else None,
        market=Market.model_validate(market) if market else None,
        gas=[Gas.model_validate(row) for row in gas],
        tables=ages,
        collections=newest_runs_of_jobs(reading),
        alerts=[Alert.model_validate(row) for row in reading.rows(_ALERTS)],
        has_data=any(one.rows for one in ages if one.table in DATA_TABLES),
        as_of=newest(({"newest": one.newest} for one in ages), column="newest"),
    )
