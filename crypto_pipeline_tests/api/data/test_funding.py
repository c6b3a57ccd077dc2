"""What contracts have paid, over HTTP: of a coin, an exchange or a contract, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, payment


def test_payments_are_told_newest_first_page_by_page(data: Data) -> None:
    stored = [
        payment(coin, source, at(hours=-8 * ago)) for ago in range(4) for coin in ("BTC", "ETH") for source in "ab"
    ]
    data.store(funding_rates=stored)
    wanted = [
        (moment, source, f"{coin}USDT")
        for moment, source, coin in sorted(
            ((row["funding_at"], row["source"], row["symbol"]) for row in stored),
            key=lambda one: (-one[0].timestamp(), one[1], one[2]),
        )
    ]
    seen, path = [], "funding?limit=5"
    while path:
        page = data.get(path)
        seen += [(one["funding_at"], one["source"], one["contract"]) for one in page["funding"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == [(moment.isoformat(), source, contract) for moment, source, contract in wanted]


def test_payments_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        funding_rates=[
            payment("BTC", "a", at(days=-800), 0.0007, interval_hours=8.0, rate_8h=0.0007, mark_price=60_000.0),
            payment("BTC", "a", contract="BTC_OTHER"),
            payment("BTC", "b"),
            payment("ETH", "a"),
        ]
    )
    old = data.get("funding?symbol=btc&source=a&contract=BTCUSDT&from=2024-01-01&to=2025-01-01")["funding"]
    assert old == [
        {
            "symbol": "BTC",
            "source": "a",
            "contract": "BTCUSDT",
            "funding_at": at(days=-800).isoformat(),
            "rate": 0.0007,
            "interval_hours": 8.0,
            "rate_8h": 0.0007,
            "mark_price": 60_000.0,
        }
    ]
    of_one = data.get("funding?source=a&symbol=BTC")["funding"]
    assert [(one["contract"], one["rate"]) for one in of_one] == [("BTC_OTHER", 0.0001), ("BTCUSDT", 0.0007)]
    assert len(data.get("funding?symbol=BTC")["funding"]) == 3
    assert data.get("funding?symbol=DOGE")["funding"] == []
