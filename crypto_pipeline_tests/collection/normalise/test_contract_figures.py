"""Figures of perpetual contracts, held against each other."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.simple_rows import normalise_simple_rows
from crypto_pipeline.schema.rows import DatedFuture, Derivative
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
exchange = Provider("exchange", "https://exchange.example")
COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "LINK", "LTC")


def normalised(*rows: Derivative, any_age: bool = False) -> Normalised:
    return normalise_simple_rows(rows, exchange, NormalisationContext(NOON, any_age=any_age))


def only_row(row: Derivative, *, any_age: bool = False) -> dict[str, Any]:
    (made,) = normalised(row, any_age=any_age).rows["derivatives_metrics"]
    return made


@pytest.mark.parametrize(
    ("coins", "dollars", "kept"),
    [
        (1_000, 90_000_000, (1_000, 90_000_000)),
        (1_000, 50_000_000, (1_000, 50_000_000)),  # of another moment
        (1_000_000, 90_000_000, (None, None)),  # contracts of a thousandth of a coin
        (373_504_107, 22_505.67, (None, None)),  # a contract that is paid in coins: dollars, then coins
        (1_000, 900_000_000, (1_000, 900_000_000)),  # ten times is not another unit yet
        (1_000, 901_000_000, (None, None)),
        (1_000, None, (1_000, None)),
        (0, 90_000_000, (None, 90_000_000)),  # a figure that was never filled in
        (1_000, 0, (1_000, None)),
        (0, 0, (0, 0)),
    ],
)
def test_open_interest_in_coins_and_in_dollars_must_be_of_one_price(
    coins: float, dollars: float | None, kept: tuple[float | None, float | None]
) -> None:
    made = only_row(Derivative("BTC", "BTCUSDT", open_interest=coins, open_interest_usd=dollars, mark_price=90_000))
    assert (made["open_interest"], made["open_interest_usd"], made["mark_price"]) == (*kept, 90_000)
    made = only_row(
        Derivative("BTC", "BTCUSDT", 1e-4, open_interest=coins, open_interest_usd=dollars, index_price=90_000)
    )
    assert (made["open_interest"], made["open_interest_usd"], made["index_price"]) == (*kept, 90_000)


@pytest.mark.parametrize(("mark", "index"), [(90_000, None), (None, 90_000)])
def test_dollars_under_the_name_of_coins_are_more_than_any_contract_holds(
    mark: float | None, index: float | None
) -> None:
    made = normalised(Derivative("BTC", "BTCUSD", open_interest=1_139_551_440, mark_price=mark, index_price=index))
    assert (made.rows, made.rejected[0].reason) == (
        {},
        "an open interest of 1.0256e+14 dollars cannot be: it is in another unit",
    )


@pytest.mark.parametrize(("dollars", "rows"), [(1e12, 1), (1.001e12, 0)])
def test_a_contract_holds_a_million_million_dollars_at_most(dollars: float, rows: int) -> None:
    made = normalised(Derivative("BTC", "BTCUSDT", open_interest_usd=dollars, mark_price=90_000))
    assert (len(made.rows.get("derivatives_metrics", ())), len(made.rejected)) == (rows, 1 - rows)


def test_a_price_of_nothing_is_none_and_the_funding_beside_it_stays() -> None:
    made = only_row(Derivative("BTC", "BTCUSDT", funding_rate=1e-4, mark_price="0", index_price="0.00"))
    assert (made["funding_rate"], made["mark_price"], made["index_price"]) == (1e-4, None, None)


def test_a_coming_payment_that_is_past_is_none_but_in_an_answer_of_any_age() -> None:
    row = Derivative("ETC", "ETC-USDT", 1e-4, 8, next_funding_at=(NOON - timedelta(hours=19)).isoformat())
    assert only_row(row)["next_funding_at"] is None
    assert only_row(row, any_age=True)["next_funding_at"] == NOON - timedelta(hours=19)
    for minutes, is_kept in ((9, True), (10, True), (11, False)):  # its source may be late
        late = row._replace(next_funding_at=(NOON - timedelta(minutes=minutes)).isoformat())
        assert (only_row(late)["next_funding_at"] is not None) is is_kept
    coming = row._replace(next_funding_at=(NOON + timedelta(hours=4)).isoformat())
    assert only_row(coming)["next_funding_at"] == NOON + timedelta(hours=4)


def test_a_list_that_tells_funding_in_percent_tells_no_funding() -> None:
    in_percent = [Derivative(coin, f"{coin}USDT", 0.01, 8, mark_price=10) for coin in COINS]
    made = normalised(*in_percent)
    assert {(row["funding_rate"], row["funding_rate_8h"]) for row in made.rows["derivatives_metrics"]} == {(None, None)}
    assert "most of its 8 contracts would pay more than 0.3% per interval" in made.rejected[0].reason


@pytest.mark.parametrize(
    ("rate", "contracts", "is_believed"),
    [(0.003, 8, True), (0.0031, 8, False), (-0.0031, 8, False), (0.01, 7, True)],
)
def test_most_of_a_long_list_pay_three_tenths_of_a_percent_at_most_whichever_way(
    rate: float, contracts: int, is_believed: bool
) -> None:
    made = normalised(*(Derivative(coin, f"{coin}USDT", rate, 8) for coin in COINS[:contracts]))
    kept = {row["funding_rate"] for row in made.rows.get("derivatives_metrics", ())}
    assert (kept == {rate}) is is_believed


def test_some_contracts_may_pay_dearly() -> None:
    rates = [0.02, 0.015, 0.01, 1e-4, 1e-4, -1e-4, 5e-5, 0.0]
    made = normalised(*(Derivative(coin, coin, rate, 8) for coin, rate in zip(COINS, rates, strict=True)))
    assert [row["funding_rate"] for row in made.rows["derivatives_metrics"]] == rates


def test_a_mark_price_of_a_bundle_beside_an_index_of_one_coin_costs_the_row() -> None:
    made = normalised(Derivative("PEPE", "1000PEPEUSDT", 1e-4, 8, mark_price=0.0095, index_price=9.5e-06))
    assert made.rows == {}
    assert made.rejected[0].reason == "its mark price of 0.0095 and its index price of 9.5e-06 are not of one coin"


def test_open_interest_of_a_dated_future_is_held_against_its_price_too() -> None:
    end = (NOON + timedelta(days=26)).isoformat()
    future = DatedFuture("BTC", "BTC-25DEC26", end, 90_000, open_interest=5e8, open_interest_usd=5e8, timestamp=None)
    made = normalise_simple_rows([future], exchange, NormalisationContext(NOON))
    (row,) = made.rows["dated_futures"]
    assert (row["open_interest"], row["open_interest_usd"], row["mark_price"]) == (None, None, 90_000)


@pytest.mark.parametrize(
    ("others", "odd", "kept"),
    [
        ((3050.0, 3051.0), 0.0337, None),  # quoted in bitcoins
        ((3050.0, 3051.0), 305.0, 305.0),  # ten times is not another money yet
        ((3050.0, 3051.0), 304.9, None),
        ((3050.0,), 0.0337, 0.0337),  # nobody knows which of two is the odd one
    ],
)
def test_a_price_that_is_not_that_of_the_coin_s_other_contracts_is_in_other_money(
    others: tuple[float, ...], odd: float, kept: float | None
) -> None:
    rows = [Derivative("ETH", f"ETHUSDT {n}", funding_rate=0.0001, index_price=price) for n, price in enumerate(others)]
    made = normalised(*rows, Derivative("ETH", "ETHBTC", funding_rate=0.0001, index_price=odd))
    assert [row["index_price"] for row in made.rows["derivatives_metrics"]] == [*others, kept]
