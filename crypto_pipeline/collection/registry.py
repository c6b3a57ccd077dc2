"""What is declared, as rows of the registry tables.

Belongs here: providers, pools, members, fees and schedules as SQL can see them.
Does not belong here: declaring them (sources/), storing them (the warehouse).
"""

from __future__ import annotations

from collections.abc import Iterable

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.sources.pools import strategy_of
from crypto_pipeline.sources.trading_fees import TRADING_FEES


def registry_rows(declared: Iterable[Endpoint], settings: Settings) -> dict[str, list[TableRow]]:
    """Rows of providers, source_pools, pool_members, trading_fees and schedule_config."""
    endpoints = list(declared)
    pools = sorted({endpoint.pool for endpoint in endpoints if endpoint.pool})
    return {
        "providers": [
            _provider([endpoint for endpoint in endpoints if endpoint.provider.name == name], settings)
            for name in sorted({endpoint.provider.name for endpoint in endpoints})
        ],
        "source_pools": [_pool(pool, [endpoint for endpoint in endpoints if endpoint.pool == pool]) for pool in pools],
        "pool_members": [
            {
                "pool": endpoint.pool,
                "endpoint": endpoint.id,
                "provider": endpoint.provider.name,
                "priority": endpoint.priority,
            }
            for endpoint in endpoints
            if endpoint.pool
        ],
        "trading_fees": [fee._asdict() for fee in TRADING_FEES],
        "schedule_config": [
            {
                "name": f"{job}_schedule",
                "job": job,
                "cron": cron,
                "description": description,
            }
            for job, cron, description in (
                ("ui_data_collection", settings.ui_cron, "Prices, gas and sentiment"),
                ("historical_data_collection", settings.historical_cron, "Everything"),
                ("maintenance", settings.maintenance_cron, "Removes what is kept long enough"),
                ("history_repair", settings.repair_cron, "Asks for candles that are missing"),
            )
        ],
    }


def _provider(endpoints: list[Endpoint], settings: Settings) -> TableRow:
    provider = endpoints[0].provider
    return {
        "name": provider.name,
        "host": provider.host,
        "docs": provider.docs or None,
        "endpoints": len(endpoints),
        "enabled_endpoints": sum(is_on(endpoint, settings) for endpoint in endpoints),
        "tables": ",".join(sorted({table for endpoint in endpoints for table in endpoint.tables})),
        "budget_requests": provider.budget.requests,
        "budget_seconds": provider.budget.seconds,
        "key_env": provider.key.env if provider.key else None,
        "needs_key": bool(provider.key and provider.key.required),
        "quirks": provider.quirks or None,
    }


def _pool(name: str, members: list[Endpoint]) -> TableRow:
    return {
        "name": name,
        "table_name": ",".join(sorted({table for member in members for table in member.tables})),
        "strategy": strategy_of(name),
        "members": len(members),
    }
