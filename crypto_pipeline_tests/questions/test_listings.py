"""Which markets are new: by the exchange's own date, or since its list first had them."""

from __future__ import annotations

from typing import Any

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago, now


def market(
    name: str, source: str = "okx", listed: float | None = None, seen: float = 100, **more: Any
) -> dict[str, Any]:
    """A market that opened, and was first seen, so many days ago."""
    row = {"source": source, "kind": "spot", "market": name, "symbol": name.split("-")[0], "status": "trading"}
    times = {"listed_at": None if listed is None else ago(days=listed), "first_seen_at": ago(days=seen)}
    return {**row, **times, "timestamp": now(), **more}


def test_a_market_is_new_by_its_date_or_because_the_list_did_not_have_it(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "listings": [
                market("BTC-USDT", listed=900),
                market("NEW-USDT", listed=2),
                market("BTC-EUR", listed=3),
                market("SOON-USDT", listed=-2, status="announced"),
                market("ETH-USDT"),  # no date: it was there when the list was first looked at
                market("BTC-USD", "kraken"),
                market("YOUNG-USD", "kraken", seen=1),
                market("OLD-USD", "kraken", seen=20),
            ]
        }
    )
    columns = ("symbol", "source", "market", "coin_is_new")
    assert ask("new-listings", *columns) == [
        ("SOON", "okx", "SOON-USDT", True),
        ("YOUNG", "kraken", "YOUNG-USD", True),
        ("NEW", "okx", "NEW-USDT", True),
        ("BTC", "okx", "BTC-EUR", False),
    ]
    assert [row[2] for row in ask("new-listings", *columns, days="30")][-1] == "OLD-USD"
    assert ask("new-listings", "opened_at")[2] == (ago(days=2),)


def test_a_list_that_is_looked_at_for_the_first_time_has_nothing_new(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge({"listings": [market(f"C{number}-USD", "kraken", seen=0.01) for number in range(5)]})
    assert ask("new-listings", "market") == []


def test_a_market_is_given_up_by_its_date_or_because_the_list_came_without_it(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    def last_in_the_list(name: str, days: float, source: str = "okx", **more: Any) -> dict[str, Any]:
        return market(name, source, fetched_at=ago(days=days), **more)

    warehouse.merge(
        {
            "listings": [
                last_in_the_list("BTC-USDT", 0),
                last_in_the_list("DATED-USDT", 0, delisted_at=ago(days=3)),
                last_in_the_list("SOON-USDT", 0, delisted_at=ago(days=-3)),
                last_in_the_list("SAID-USD", 0, status="delisted", source="coinbase"),
                last_in_the_list("LEFT-USDT", 2),
                last_in_the_list("LEFT-USD", 0, source="coinbase"),
                last_in_the_list("LONGAGO-USDT", 40),
                last_in_the_list("QUIET-USD", 9, source="kraken"),  # the newest that its exchange has told
                last_in_the_list("QUIET-EUR", 9.01, source="kraken"),
            ]
        }
    )
    assert ask("delistings", "market", "exchange_says_so", "coin_is_gone") == [
        ("SOON-USDT", True, False),
        ("SAID-USD", False, True),
        ("LEFT-USDT", False, False),
        ("DATED-USDT", True, True),
    ]
