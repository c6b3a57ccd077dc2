"""What funding.py promises: who is asked about, and that a payment is for the time since the one before it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.formats.funding import PAYMENTS, USUAL_HOURS, funding_requests, with_intervals
from crypto_pipeline.sources.kit import Context, Endpoint, Unreadable, discover
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.recorded import expected_rows_of

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
HOUR = 3_600_000
EIGHT = 1795420800000
FUNDING = [one for one in discover() if one.rows == (Funding,)]


def paid(at: Any, contract: str = "BTCUSDT") -> Funding:
    """``at`` is whatever a source may send in the place of a time."""
    return Funding("BTC", contract, at, "0.0001")


def hours_of(*rows: Funding | Unreadable, per_second: int = 1000) -> list[object]:
    return [row.interval_hours if isinstance(row, Funding) else row for row in with_intervals(rows, per_second)]


def test_there_is_one_request_for_each_tracked_coin_that_has_a_contract() -> None:
    requests = funding_requests({"BTC": "XBTUSD", "SOL": "SOLUSD"}.get, param="symbol", coins=("BTC", "ETH", "SOL"))
    asks = list(requests(Context(Universe(frozenset({"BTC", "ETH"})), NOON)))
    assert [(ask.label, ask.params, ask.values) for ask in asks] == [
        ("BTC", {"symbol": "XBTUSD"}, {"coin": "BTC", "contract": "XBTUSD"})
    ]


def test_a_span_of_time_ends_with_the_running_hour_and_stays_the_same_until_the_next_one() -> None:
    requests = funding_requests("{}USDT".format, span_of="from to", coins=("BTC",))
    spans = [next(iter(requests(Context(Universe(), NOON.replace(minute=minute))))).params for minute in (0, 59)]
    end = (int(NOON.timestamp()) + 3600) * 1000
    assert spans == [{"from": f"{end - PAYMENTS * 8 * HOUR}", "to": f"{end}"}] * 2


def test_a_payment_is_for_the_time_since_the_one_before_it_whatever_the_order() -> None:
    assert hours_of(paid(EIGHT), paid(EIGHT - 8 * HOUR), paid(EIGHT - 12 * HOUR)) == [8, 4, None]
    assert hours_of(paid(EIGHT - HOUR), paid(str(EIGHT))) == [None, 1]


def test_contracts_in_one_answer_do_not_mix() -> None:
    assert hours_of(paid(EIGHT), paid(EIGHT - HOUR, "ETHUSDT"), paid(EIGHT - 8 * HOUR)) == [8, None, None]


def test_some_milliseconds_do_not_matter() -> None:
    assert hours_of(paid(EIGHT + 5), paid(EIGHT - 8 * HOUR + 900)) == [8, None]


@pytest.mark.parametrize("missing", [3, 12, 16, 24])
def test_where_a_payment_is_missing_nobody_knows_what_the_next_one_is_for(missing: int) -> None:
    assert hours_of(paid(EIGHT), paid(EIGHT - missing * HOUR)) == [None, None]


def test_seconds_count_as_seconds() -> None:
    assert hours_of(paid(EIGHT // 1000), paid(EIGHT // 1000 - 4 * 3600), per_second=1) == [4, None]


def test_a_time_that_is_none_costs_only_its_own_interval() -> None:
    unreadable = Unreadable({}, "KeyError")
    assert hours_of(paid(EIGHT), paid("soon"), unreadable, paid(None), paid(EIGHT - 8 * HOUR)) == [
        8,
        None,
        unreadable,
        None,
        None,
    ]


@given(st.lists(st.integers(0, 500), max_size=12, unique=True))
def test_intervals_are_usual_ones_and_every_payment_is_passed_on(hours: list[int]) -> None:
    rows = [paid(EIGHT - ago * HOUR) for ago in hours]
    found = hours_of(*rows)
    assert len(found) == len(rows)
    assert set(found) <= {None, *USUAL_HOURS}


def test_all_large_exchanges_tell_what_was_paid() -> None:
    sources = {one.provider.source.removesuffix("_perpetual") for one in FUNDING}
    assert sources == {
        "binance", "bybit", "bitmex", "deribit", "hyperliquid", "okx", "kraken", "kucoin", "gate", "bitget", "htx", "mexc", "dydx",
    }  # fmt: skip
    assert all(one.cadence >= 60 for one in FUNDING)


@pytest.mark.parametrize("endpoint", FUNDING, ids=lambda one: one.id)
def test_every_recorded_payment_is_on_the_hour_and_goes_to_no_other_table(endpoint: Endpoint) -> None:
    assert endpoint.tables == ("funding_rates",)
    for row in expected_rows_of(endpoint):
        assert datetime.fromisoformat(row["funding_at"]).strftime("%M:%S.%f") == "00:00.000000"
        assert set(row) - {"table"} <= set(TABLES["funding_rates"].column_names)
        assert (row["rate_8h"] is None) == (row["interval_hours"] is None)
