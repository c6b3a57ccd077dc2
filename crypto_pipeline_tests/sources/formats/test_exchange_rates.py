"""Lists of exchange rates in other money than dollars, which most of these services give where nobody says in what."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.schema.rows import Rate, Row
from crypto_pipeline.sources.formats.exchange_rates import in_dollars
from crypto_pipeline.sources.kit import RequestSpec, Unreadable, discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
IN_EUROS: list[tuple[str, Any]] = [
    ("coinbase_rates.rates", {"data": {"currency": "EUR", "rates": {"USD": "1.25", "JPY": "200", "BTC": "0.00001"}}}),
    ("currency_api.rates", {"date": "2026-11-23", "eur": {"usd": 1.25, "jpy": 200, "btc": 1e-05}}),
    (
        "exchangerate_api.rates",
        {
            "result": "success",
            "time_last_update_unix": 1795392001,
            "base_code": "EUR",
            "rates": {"EUR": 1, "USD": 1.25, "JPY": 200},
        },
    ),
    (
        "floatrates.rates",
        {
            "usd": {"code": "USD", "rate": 1.25, "inverseRate": 0.8, "date": "Mon, 23 Nov 2026 05:55:11 GMT"},
            "jpy": {"code": "JPY", "rate": 200, "inverseRate": 0.005, "date": "Mon, 23 Nov 2026 05:55:11 GMT"},
        },
    ),
    (
        "frankfurter.rates",
        {"amount": 1.0, "base": "EUR", "date": "2026-11-20", "rates": {"USD": 1.25, "JPY": 200}},
    ),
    (
        "frankfurter.rates",
        {
            "amount": 10,
            "base": "EUR",
            "start_date": "2026-11-20",
            "end_date": "2026-11-20",
            "rates": {"2026-11-20": {"USD": 12.5, "JPY": 2000}},
        },
    ),
    (
        "frankfurter_blend.rates",
        [
            {"date": "2026-11-20", "base": "EUR", "quote": "JPY", "rate": 200},
            {"date": "2026-11-20", "base": "EUR", "quote": "USD", "rate": 1.25},
        ],
    ),
]


def rows_of(endpoint_id: str, payload: Any) -> list[Row | Unreadable]:
    return list(ENDPOINTS[endpoint_id].parse(payload, RequestSpec()))


@pytest.mark.parametrize(("endpoint_id", "payload"), IN_EUROS)
def test_a_list_in_euros_is_told_through_the_dollar_in_it(endpoint_id: str, payload: Any) -> None:
    rates = {row.currency: row.usd_per_unit for row in rows_of(endpoint_id, payload) if isinstance(row, Rate)}
    assert rates.pop("EUR", 1.25) == 1.25
    assert rates == pytest.approx({"JPY": 0.00625})


def test_a_list_in_other_money_without_the_dollar_is_refused() -> None:
    with pytest.raises(ValueError, match="those of EUR, and the dollar is not among them"):
        list(in_dollars({"JPY": 200}, base="eur"))
    with pytest.raises(ValueError, match="about EUR"):
        rows_of("coinbase_rates.spot", {"data": {"amount": "78000", "base": "BTC", "currency": "EUR"}})
    (jpy,) = rows_of("frankfurter_blend.rates", [{"date": "2026-11-20", "base": "EUR", "quote": "JPY", "rate": 200}])
    assert isinstance(jpy, Unreadable)


def test_an_amount_other_than_one_is_divided_out() -> None:
    payload = {"amount": 10.0, "base": "USD", "date": "2026-11-20", "rates": {"EUR": 8, "JPY": 1600}}
    rates = {row.currency: row.usd_per_unit for row in rows_of("frankfurter.rates", payload) if isinstance(row, Rate)}
    assert rates == {"EUR": 1.25, "JPY": 0.00625}
