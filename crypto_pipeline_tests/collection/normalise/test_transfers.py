"""Transfers worth at least the threshold, and where their dollar value comes from."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.transfers import normalise_transfers
from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
provider = Provider("node", "https://node.example")


def kept(*transfers: Transfer, **context: Any) -> list[tuple[str, float | None, str | None]]:
    normalised = normalise_transfers(transfers, provider, NormalisationContext(NOON, **context))
    return [
        (row["symbol"], row["amount_usd"], row["price_source"]) for row in normalised.rows.get("whale_transactions", [])
    ]


def test_the_source_s_own_dollar_value_comes_first() -> None:
    said = Transfer("bitcoin", "aa", "BTC", 20, amount_usd=1_800_000)
    assert kept(said, prices={"BTC": 80_000}) == [("BTC", 1_800_000, "source")]


@pytest.mark.parametrize("said", [0, 1_800, 180_000_000])
def test_a_dollar_value_of_nothing_or_far_from_what_the_coins_cost_is_not_believed(said: float) -> None:
    assert kept(Transfer("bitcoin", "aa", "BTC", 20, amount_usd=said), prices={"BTC": 80_000}) == [
        ("BTC", 1_600_000, "market_prices")
    ]


def test_a_value_of_nothing_is_none_where_nobody_knows_another() -> None:
    assert kept(Transfer("bitcoin", "aa", "BTC", 50, amount_usd=0)) == [("BTC", None, None)]


def test_an_amount_that_was_not_divided_by_its_decimals_is_worth_more_than_can_be() -> None:
    normalised = normalise_transfers(
        [Transfer("ethereum", "aa", "USDT", 1_500_000_000_000)], provider, NormalisationContext(NOON)
    )
    assert (normalised.rows, len(normalised.rejected)) == ({}, 1)


@pytest.mark.parametrize("waiting", [-1, 0, "-1", None])
def test_what_waits_for_its_block_is_in_none(waiting: Any) -> None:
    transfer = Transfer("bitcoin", "aa", "BTC", 50, block_number=waiting)
    (row,) = normalise_transfers([transfer], provider, NormalisationContext(NOON)).rows["whale_transactions"]
    assert row["block_number"] is None


def test_then_the_price_at_hand_then_par_for_dollar_coins() -> None:
    assert kept(Transfer("ethereum", "aa", "ETH", 1_000), prices={"ETH": 3_000}) == [("ETH", 3e6, "market_prices")]
    assert kept(Transfer("ethereum", "aa", "USDT", 1_000_000)) == [("USDT", 1e6, "par")]


def test_what_is_below_the_threshold_is_dropped_without_a_word() -> None:
    normalised = normalise_transfers(
        [Transfer("ethereum", "aa", "USDT", 999_999)], provider, NormalisationContext(NOON)
    )
    assert (normalised.rows, normalised.rejected) == ({}, [])


def test_without_a_price_a_floor_in_coins_decides_and_the_value_is_null() -> None:
    assert kept(Transfer("bitcoin", "aa", "BTC", 49), Transfer("bitcoin", "bb", "BTC", 50)) == [("BTC", None, None)]
    for symbol, floor in (("ETH", 400), ("XRP", 500_000)):
        transfers = [Transfer("somewhere", "aa", symbol, amount) for amount in (floor - 1, floor)]
        assert kept(*transfers) == [(symbol, None, None)]
    assert kept(Transfer("somewhere", "aa", "UNHEARDOF", 1e12)) == []


def test_without_a_threshold_every_transfer_is_kept() -> None:
    assert kept(Transfer("somewhere", "aa", "UNHEARDOF", 1e-9), whale_usd=0) == [("UNHEARDOF", None, None)]


@pytest.mark.parametrize("amount", [None, -1, "n/a", "many"])
def test_a_transfer_of_nothing_is_rejected(amount: Any) -> None:
    normalised = normalise_transfers([Transfer("ethereum", "aa", "USDT", amount)], provider, NormalisationContext(NOON))
    assert (normalised.rows, len(normalised.rejected)) == ({}, 1)


@pytest.mark.parametrize(
    ("sender", "receiver", "is_kept"),
    [
        ("rSwapper", "rSwapper", False),
        ("0xAbC", "0xaBc", False),
        ("rSwapper", "rSWAPPER", True),
        ("rSender", "rReceiver", True),
        (None, None, True),
        ("", "", True),
        ("rSender", None, True),
    ],
)
def test_what_an_account_pays_to_itself_is_no_transfer(sender: str | None, receiver: str | None, is_kept: bool) -> None:
    paid = Transfer("xrp_ledger", "aa", "USDT", 2e6, from_address=sender, to_address=receiver)
    assert bool(kept(paid)) is is_kept


def test_a_value_beyond_all_there_is_is_rejected() -> None:
    said = Transfer("bitcoin", "aa", "BTC", 20, amount_usd=1.1e12)
    normalised = normalise_transfers([said, Transfer("x", "bb", "USDT", 1e25)], provider, NormalisationContext(NOON))
    assert (normalised.rows, [one.reason for one in normalised.rejected]) == (
        {},
        [
            "its value in dollars of 1.1e+12 is more than 1e+12, which cannot be",
            "its amount of 1e+25 is more than 1e+24, which cannot be",
        ],
    )


def test_large_ones_are_found_among_many_without_holding_them() -> None:
    many = (Transfer("ethereum", f"{n}", "USDT", 2e6 if n % 50_000 == 0 else 10, event_index=n) for n in range(100_000))
    assert len(normalise_transfers(many, provider, NormalisationContext(NOON)).rows["whale_transactions"]) == 2
