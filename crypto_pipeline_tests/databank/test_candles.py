"""Candles over years come as a frame: of all exchanges together, or of one."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crypto_pipeline import connect
from crypto_pipeline.warehouse.engines import Storage, file_for

START = datetime(2021, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Four days of Bitcoin over all exchanges, and of one."""
    store = file_for(Storage(tmp_path / "bank.duckdb", 3.0, False))
    moments = [START + number * timedelta(days=1) for number in range(4)]
    day = {"symbol": "BTC", "interval": "1d"}
    store.merge(
        {
            "consensus_ohlc": [
                {**day, "timestamp": at, "close": number, "providers": 3} for number, at in enumerate(moments)
            ],
            "cached_ohlc": [
                {**day, "timestamp": at, "close": number * 10, "provider": "kraken", "currency": "USD"}
                for number, at in enumerate(moments)
            ],
        }
    )
    return tmp_path / "bank.duckdb"


def test_the_consensus_comes_unless_an_exchange_is_named(database: Path) -> None:
    with connect(database) as bank:
        assert list(bank.candles("btc").close) == [0, 1, 2, 3]
        assert list(bank.candles("BTC", "1d", provider="kraken").close) == [0, 10, 20, 30]
        assert bank.candles("BTC", "1h").empty


@pytest.mark.parametrize(
    "since", ["2021-01-02", "2021-01-02T00:00:00Z", date(2021, 1, 2), datetime(2021, 1, 2, tzinfo=timezone.utc)]
)
def test_since_counts_and_until_does_not(database: Path, since: str | date) -> None:
    with connect(database) as bank:
        assert list(bank.candles("BTC", since=since, until="2021-01-04").close) == [1, 2]


def test_a_length_that_there_is_not_is_said(database: Path) -> None:
    with connect(database) as bank, pytest.raises(ValueError, match="there are no candles of '7m'"):
        bank.candles("BTC", "7m")
