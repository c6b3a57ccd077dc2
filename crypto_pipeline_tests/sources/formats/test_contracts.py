"""Names of contracts: which coin they are about, and how many of it."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.sources.formats.contracts import bundle, dollar_bundle, per_coin


@pytest.mark.parametrize(
    ("name", "coin", "size"),
    [
        ("BTC", "BTC", 1),
        ("1000PEPE", "PEPE", 1_000),
        ("10000LADYS", "LADYS", 10_000),
        ("1000000MOG", "MOG", 1_000_000),
        ("1MBABYDOGE", "BABYDOGE", 1_000_000),
        ("kPEPE", "PEPE", 1_000),
        ("SHIB1000", "SHIB", 1_000),
    ],
)
def test_a_bundle_names_its_coin_and_its_size(name: str, coin: Any, size: Any) -> None:
    assert bundle(name) == (coin, size)


@pytest.mark.parametrize("name", ["1INCH", "KAVA", "KSM", "100", "1000", "C98", "X2Y2"])
def test_digits_and_a_capital_k_alone_make_no_bundle(name: str) -> None:
    assert bundle(name) == (name, 1)


@pytest.mark.parametrize("contract", ["ETHBTC", "BTCUSDT_261225", "BTCUSDT-25DEC26", "BTC-25DEC26", "BTCEUR", ""])
def test_dated_contracts_and_other_currencies_are_no_dollar_perpetuals(contract: str) -> None:
    assert dollar_bundle(contract) is None


@pytest.mark.parametrize(
    ("contract", "coin"), [("BTCUSDT", "BTC"), ("ETHUSDC", "ETH"), ("DOTUSDT", "DOT"), ("SHIB1000USDT", "SHIB")]
)
def test_dollar_coins_count_as_dollars(contract: str, coin: Any) -> None:
    named = dollar_bundle(contract)
    assert named is not None
    assert named[0] == coin


def test_the_price_of_a_bundle_becomes_that_of_one_coin() -> None:
    assert per_coin("0.0095", 1000) == pytest.approx(9.5e-06)


@pytest.mark.parametrize("missing", [None, "", "n/a"])
def test_a_missing_price_stays_missing(missing: Any) -> None:
    assert per_coin(missing, 1000) is None
