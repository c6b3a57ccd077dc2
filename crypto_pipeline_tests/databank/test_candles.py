"""Candles over years come as a frame: of all exchanges together, or of one."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crypto_pipeline import connect
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates

START = datetime(2021, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four days of Bitcoin over all exchanges, and of one; the newest lies first, among rows that were not asked for."""
    path = tmp_path_factory.mktemp("bank") / "bank.duckdb"
    shutil.copy(templates.empty_database(), path)
    moments = [START + number * timedelta(days=1) for number in reversed(range(4))]
    day = {"symbol": "BTC", "interval": "1d"}
    consensus = [{**day, "timestamp": at, "close": (at - START).days, "providers": 3} for at in moments]
    of_one = [
        {**row, "close": (at - START).days * 10, "provider": "kraken", "currency": "USD"}
        for row, at in zip(consensus, moments, strict=True)
    ]
    others: list[dict[str, object]] = [{"symbol": "ETH", "close": 99}, {"interval": "4h", "close": 99}]
    for row in of_one:
        del row["providers"]
    DuckDBWarehouse(path).merge(
        {
            "consensus_ohlc": [*consensus, *({**consensus[1], **other} for other in others)],
            "cached_ohlc": [
                *of_one,
                *({**of_one[1], **other} for other in [*others, {"provider": "gate", "close": 99}]),
            ],
        }
    )
    return path


def test_the_consensus_comes_unless_an_exchange_is_named(database: Path) -> None:
    with connect(database) as bank:
        assert list(bank.candles("btc").close) == [0, 1, 2, 3]
        assert list(bank.candles("BTC", "1d", provider="kraken").close) == [0, 10, 20, 30]
        assert bank.candles("BTC", "1h").empty
        assert bank.candles(" eth ", "1d").close.to_list() == [99]


@pytest.mark.parametrize(
    "since", ["2021-01-02", "2021-01-02T00:00:00Z", date(2021, 1, 2), datetime(2021, 1, 2, tzinfo=timezone.utc)]
)
def test_since_counts_and_until_does_not(database: Path, since: str | date) -> None:
    with connect(database) as bank:
        assert list(bank.candles("BTC", since=since, until="2021-01-04").close) == [1, 2]


def test_a_length_that_there_is_not_is_said(database: Path) -> None:
    with connect(database) as bank, pytest.raises(ValueError, match="there are no candles of '7m'"):
        bank.candles("BTC", "7m")
