"""Liquidations over HTTP: of a coin, an exchange or a side, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, liquidation


def test_liquidations_are_told_newest_first_page_by_page(data: Data) -> None:
    stored = [
        liquidation(coin, source, f"{coin}{number}", at(hours=-ago))
        for ago in range(3)
        for coin in ("BTC", "ETH")
        for source in "ab"
        for number in range(ago * 2, ago * 2 + 2)
    ]
    data.store(liquidations=stored)
    wanted = sorted(
        ((row["liquidated_at"], row["source"], row["liquidation_id"]) for row in stored),
        key=lambda one: (-one[0].timestamp(), *one[1:]),
    )
    seen, path = [], "liquidations?limit=5"
    while path:
        page = data.get(path)
        seen += [(one["liquidated_at"], one["source"], one["liquidation_id"]) for one in page["liquidations"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == [(moment.isoformat(), *rest) for moment, *rest in wanted]


def test_liquidations_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        liquidations=[
            liquidation("BTC", "okx", "1", at(days=-400), side="long", price=6e4, amount=2.0, value_usd=120_000.0),
            liquidation("BTC", "okx", "2", side="short", value_usd=5_000.0),
            liquidation("BTC", "gate", "3", side="long", value_usd=50.0),
            liquidation("ETH", "okx", "4", side="long", value_usd=70.0),
        ]
    )

    def ids(query: str) -> list[str]:
        return [one["liquidation_id"] for one in data.get(f"liquidations?{query}")["liquidations"]]

    [old] = data.get("liquidations?symbol=btc&source=okx&to=2026-01-01")["liquidations"]
    assert (old["side"], old["price"], old["amount"], old["value_usd"]) == ("long", 6e4, 2.0, 120_000.0)
    assert ids("symbol=BTC&side=long") == ["3", "1"]
    assert ids("min_usd=100") == ["2", "1"]
    assert data.ask("liquidations?side=sideways").status_code == 422
