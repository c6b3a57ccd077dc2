"""What perpetuals.py promises: the quote of a contract says what one coin costs."""

from __future__ import annotations

import pytest

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import discover


def test_prices_and_amounts_of_a_bundle_become_those_of_one_coin() -> None:
    bundle = Quote(
        "1000SHIB-USDT", "0.008", "5000", "40", "1.5", "0.007", "0.009", "0.006", base="1000SHIB", quote="USDT"
    )
    assert of_one_coin(bundle) == Quote(
        "1000SHIB-USDT", 8e-06, 5_000_000.0, "40", "1.5", 7e-06, 9e-06, 6e-06, base="SHIB", quote="USDT"
    )


def test_a_contract_on_one_coin_stays_as_its_source_says_it() -> None:
    plain = Quote("BTC-USDT", "90500.10", "12.50", base="BTC", quote="USDT")
    assert of_one_coin(plain) is plain


def test_a_bundle_without_a_price_has_none_afterwards_either() -> None:
    assert of_one_coin(Quote("kPEPE", None, base="kPEPE", quote="USD")).last is None


def test_a_contract_that_does_not_say_its_coin_is_refused() -> None:
    with pytest.raises(ValueError, match="what coin"):
        of_one_coin(Quote("PERP", "1"))


def test_prices_of_contracts_are_no_source_of_a_spot_market() -> None:
    sources: dict[str, set[str]] = {"perpetual": set(), "other": set()}
    for endpoint in discover():
        if Quote in endpoint.rows:
            names = f"{endpoint.provider.name} {endpoint.provider.quirks}"
            sources["perpetual" if "perpetual" in names else "other"].add(endpoint.provider.source)
    assert len(sources["perpetual"]) > 9
    assert all(source.endswith("_perpetual") for source in sources["perpetual"])
    assert sources["perpetual"].isdisjoint(sources["other"])
