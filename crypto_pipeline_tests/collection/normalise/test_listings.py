"""Markets of exchanges as rows: of every coin, with the dates that can be."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.simple_rows import normalise_simple_rows
from crypto_pipeline.schema.rows import Listing
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
OPENED = Listing("UNHEARDOF", "UNHEARDOF-USDT", "spot", "USDT", "trading", "1548133413000")
provider = Provider("venue", "https://venue.example", aliases={"XBT": "BTC", "ODD": ""})


def normalised_from(*rows: Listing, at: datetime = NOON) -> Normalised:
    return normalise_simple_rows(rows, provider, NormalisationContext(at))


def test_a_coin_that_is_not_tracked_has_its_market_too() -> None:
    [row] = normalised_from(OPENED).rows["listings"]
    assert {name: row[name] for name in ("symbol", "market", "kind", "quote", "status", "delisted_at")} == {
        "symbol": "UNHEARDOF",
        "market": "UNHEARDOF-USDT",
        "kind": "spot",
        "quote": "USDT",
        "status": "trading",
        "delisted_at": None,
    }
    assert row["listed_at"] == datetime(2019, 1, 22, 5, 3, 33, tzinfo=timezone.utc)
    assert (row["first_seen_at"], row["timestamp"]) == (NOON, NOON)


def test_coins_are_called_as_everywhere() -> None:
    [row] = normalised_from(OPENED._replace(symbol="xbt", quote="XBT")).rows["listings"]
    assert (row["symbol"], row["quote"]) == ("BTC", "BTC")
    other_coin = normalised_from(
        OPENED._replace(symbol="ODD")
    )  # the exchange means another coin by this name than others do
    assert (other_coin.rows, other_coin.rejected) == ({}, [])


@pytest.mark.parametrize(
    ("status", "closes", "told_of_it"),
    [("trading", "2026-11-20", False), ("trading", "2026-11-30", True), ("delisted", "2026-11-20", True)],
)
def test_a_market_that_trades_was_not_given_up_before(status: Any, closes: str, told_of_it: bool) -> None:
    [row] = normalised_from(OPENED._replace(status=status, delisted_at=closes)).rows["listings"]
    assert (row["delisted_at"] is not None) is told_of_it


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"symbol": None}, "which market"),
        ({"symbol": "n/a"}, "which market"),
        ({"market": ""}, "which market"),
        ({"listed_at": "2001-01-01"}, "listed_at of 2001-01-01 cannot be"),
        ({"delisted_at": "2049-01-01"}, "delisted_at of 2049-01-01 cannot be"),
        ({"listed_at": "soon"}, "listed_at"),
    ],
)
def test_a_market_that_cannot_be_is_rejected_by_itself(fault: dict[str, Any], reason: str) -> None:
    normalised = normalised_from(OPENED, OPENED._replace(**fault))
    [rejected] = normalised.rejected
    assert reason in rejected.reason
    assert len(normalised.rows["listings"]) == 1


def test_what_was_first_seen_stays_and_all_else_is_what_was_told_last(file_of_module: DuckDBWarehouse) -> None:
    warehouse, later = file_of_module, NOON + timedelta(days=3)
    warehouse.merge(normalised_from(OPENED, at=NOON).rows)
    warehouse.merge(normalised_from(OPENED._replace(status="halted"), at=later).rows)
    [row] = warehouse.query("SELECT first_seen_at, timestamp, status FROM listings").dicts()
    assert (row["first_seen_at"], row["timestamp"], row["status"]) == (NOON, later, "halted")
