"""Coverage: candles by exchange and year, and why others are missing."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from crypto_pipeline.warehouse import archive
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.api.data.asking import Data, data_in
from crypto_pipeline_tests.api.data.rows import candle, consensus

DAY = timedelta(days=1)


def days(provider: str, first: str, count: int, without: range = range(0)) -> list[dict[str, Any]]:
    begin = datetime.fromisoformat(first).replace(tzinfo=timezone.utc)
    return [candle(provider, begin + n * DAY, interval="1d") for n in range(count) if n not in without]


def gap(provider: str, first: str, count: int, kind: str) -> dict[str, Any]:
    begin = datetime.fromisoformat(first).replace(tzinfo=timezone.utc)
    row = {"provider": provider, "symbol": "BTC", "interval": "1d", "missing": count, "kind": kind, "found_at": begin}
    return {**row, "from_at": begin, "to_at": begin + count * DAY}


def test_candles_are_counted_by_exchange_and_year_and_a_gap_over_new_year_belongs_to_both(data: Data) -> None:
    data.store(
        cached_ohlc=[*days("kraken", "2023-12-01", 62, range(29, 34)), *days("okx", "2024-06-01", 10, range(3, 4))],
        candle_gaps=[gap("kraken", "2023-12-30", 5, "halt"), gap("okx", "2024-06-04", 1, "unexplained")],
    )
    answer = data.get("coverage?symbol=BTC")
    assert (answer["symbol"], answer["interval"]) == ("BTC", "1d")
    assert [
        (one["provider"], one["year"], one["candles"], one["halt"], one["unexplained"]) for one in answer["coverage"]
    ] == [
        ("kraken", 2023, 29, 2, 0),
        ("kraken", 2024, 28, 3, 0),
        ("okx", 2024, 9, 0, 1),
    ]
    assert [round(one["percent_there"], 2) for one in answer["coverage"]] == [93.55, 90.32, 90.0]
    stored = data.sql(
        "SELECT provider, year(timestamp) AS year, count(*) AS candles FROM cached_ohlc GROUP BY ALL ORDER BY min(timestamp)"
    )
    assert [{name: one[name] for name in ("provider", "year", "candles")} for one in answer["coverage"]] == stored
    missing = sum(one["halt"] + one["unexplained"] for one in answer["coverage"])
    assert data.sql("SELECT sum(missing)::INTEGER AS missing FROM candle_gaps") == [{"missing": missing}]


def test_a_year_without_any_candle_between_two_others_is_told_as_missing(data: Data) -> None:
    data.store(
        cached_ohlc=[*days("kraken", "2021-12-31", 1), *days("kraken", "2023-01-01", 1)],
        candle_gaps=[gap("kraken", "2022-01-01", 365, "not_asked")],
    )
    answer = data.get("coverage?symbol=BTC")["coverage"]
    assert [(one["year"], one["candles"], one["not_asked"], one["percent_there"]) for one in answer] == [
        (2021, 1, 0, 100.0),
        (2022, 0, 365, 0.0),
        (2023, 1, 0, 100.0),
    ]


def test_each_reason_is_counted_by_itself_and_closed_candles_of_the_coin_and_the_length_alone(data: Data) -> None:
    kinds = ("halt", "no_trades", "refused", "not_asked", "unexplained")
    gaps = [gap("kraken", f"2024-03-{4 * number:02}", number, kind) for number, kind in enumerate(kinds, start=1)]
    (opened,) = days("kraken", "2024-05-01", 1)
    others: list[dict[str, Any]] = [{"symbol": "ETH"}, {"interval": "1h"}, {"is_final": False}]
    data.store(
        cached_ohlc=[
            *days("okx", "2024-02-01", 2),
            *days("kraken", "2024-01-01", 5),
            *({**opened, **other} for other in others),
        ],
        candle_gaps=[*gaps, {**gaps[0], "symbol": "ETH"}, {**gaps[0], "interval": "1h"}],
    )
    found = data.get("coverage?symbol=BTC")["coverage"]
    assert [(one["provider"], one["candles"], *(one[kind] for kind in kinds)) for one in found] == [
        ("kraken", 5, 1, 2, 3, 4, 5),
        ("okx", 2, 0, 0, 0, 0, 0),
    ]
    assert (found[0]["first_at"], found[0]["last_at"]) == ("2024-01-01T00:00:00+00:00", "2024-01-05T00:00:00+00:00")
    assert found[0]["percent_there"] == 25


def test_a_coin_without_candles_has_no_coverage_and_one_that_nobody_knows_is_not_found(data: Data) -> None:
    data.store(consensus_prices=[consensus("NEW", 1.0)])
    assert data.get("coverage?symbol=NEW")["coverage"] == []
    assert "NOPE" in data.refusal("coverage?symbol=NOPE", 404)


def test_a_candle_of_the_future_is_none(data: Data) -> None:
    tomorrow = datetime.now(timezone.utc) + DAY
    data.store(cached_ohlc=[*days("kraken", "2024-01-01", 1), candle("kraken", tomorrow, interval="1d")])
    (year,) = data.get("coverage?symbol=BTC")["coverage"]
    assert (year["year"], year["candles"]) == (2024, 1)


def test_candles_that_moved_to_the_archive_are_counted(tmp_path: Path, empty_database: Path) -> None:
    with data_in(tmp_path) as data:
        path = Path(shutil.copy(empty_database, data.settings.database))
        data.store(cached_ohlc=[*days("kraken", "2023-12-01", 31), *days("kraken", "2024-02-01", 10)])
        limit = datetime(2024, 2, 1, tzinfo=timezone.utc)
        with DuckDBWarehouse(path).open() as warehouse:
            ((month, moved),) = archive.due(warehouse, "cached_ohlc", limit)
            assert archive.move(warehouse, "cached_ohlc", month, limit, tmp_path / "archive") == moved == 31
        found = data.get("coverage?symbol=BTC")["coverage"]
        assert [(year["year"], year["candles"]) for year in found] == [(2023, 31), (2024, 10)]
