"""What options say, over HTTP: of a coin or an exchange, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, expiry


def test_expiries_are_told_newest_first_page_by_page(data: Data) -> None:
    stored = [
        expiry(coin, source, days, at(hours=-ago))
        for ago in range(3)
        for coin in ("BTC", "ETH")
        for source in "ab"
        for days in (4, 32)
    ]
    data.store(option_metrics=stored)
    wanted = sorted(
        ((row["timestamp"], row["source"], row["symbol"], row["expiry"]) for row in stored),
        key=lambda one: (-one[0].timestamp(), *one[1:]),
    )
    seen, path = [], "options?limit=5"
    while path:
        page = data.get(path)
        seen += [(one["timestamp"], one["source"], one["symbol"], one["expiry"]) for one in page["options"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == [(moment.isoformat(), source, coin, day.isoformat()) for moment, source, coin, day in wanted]


def test_expiries_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        option_metrics=[
            expiry("BTC", "deribit", 4, at(days=-400), atm_iv=61.5, skew_25d=-2.5, max_pain=60_000.0, strikes=12),
            expiry("BTC", "okx", 4),
            expiry("ETH", "deribit", 4),
        ]
    )
    [old] = data.get("options?symbol=btc&source=deribit&to=2026-01-01")["options"]
    assert (old["atm_iv"], old["skew_25d"], old["max_pain"], old["strikes"]) == (61.5, -2.5, 60_000.0, 12)
    assert old["put_call_volume"] is None
    assert [one["source"] for one in data.get("options?symbol=BTC&from=2026-11-01")["options"]] == ["okx"]
    assert data.get("options?symbol=DOGE")["options"] == []
