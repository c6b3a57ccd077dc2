"""However the sources are divided, the consensus is that of one machine that asks them all."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.consensus import consensus
from crypto_pipeline.collection.regions.answers import answer_rows, prices_of

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
SOURCES = [f"exchange{number}" for number in range(9)]


def price(source: str, symbol: str = "BTC", usd: float = 90_500.1, **others: Any) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "source": source,
        "price_usd": usd,
        "price_change_24h": others.get("change"),
        "timestamp": NOON - timedelta(microseconds=others.get("age", 1)),
        "quote": others.get("quote"),
        "volume_24h": 5.0,
    }


PRICES = st.lists(
    st.builds(
        price,
        source=st.sampled_from(SOURCES),
        symbol=st.sampled_from(["BTC", "USDT"]),
        usd=st.floats(1e-9, 1e9) | st.sampled_from([1.0, 100.0, 0.1 + 0.2]),
        change=st.none() | st.floats(-99, 1e6),
        age=st.integers(0, 10**9),
        quote=st.none() | st.sampled_from(["USD", "KRW"]),
    ),
    unique_by=lambda row: (row["source"], row["symbol"], row["timestamp"]),
    max_size=25,
)


@given(prices=PRICES, far=st.sets(st.sampled_from(SOURCES)))
def test_the_consensus_of_divided_sources_is_that_of_one_machine(prices: list[dict[str, Any]], far: set[str]) -> None:
    prices = sorted(prices, key=lambda row: row["source"])
    here = [row for row in prices if row["source"] not in far]
    there = [row for row in prices if row["source"] in far]
    stored = [*answer_rows(here, NOON), *answer_rows(there, NOON)]
    divided, outliers = consensus(prices_of(stored), NOON)
    whole, whole_outliers = consensus(prices, NOON)
    assert divided == whole
    assert sorted(one.reason for one in outliers) == sorted(one.reason for one in whole_outliers)


def test_what_a_source_said_in_an_earlier_run_of_the_tick_counts_until_it_says_something_else() -> None:
    first = answer_rows([price("a", usd=1.0), price("b", usd=2.0)], NOON)
    second = answer_rows([price("a", usd=3.0), price("a", "ETH", usd=4.0)], NOON, first)
    assert {(row["source"], row["symbol"], row["price_usd"]) for row in prices_of(second)} == {
        ("a", "BTC", 3.0),
        ("b", "BTC", 2.0),
        ("a", "ETH", 4.0),
    }
    assert [(row["symbol"], row["sources"]) for row in second] == [("BTC", 2), ("ETH", 1)]
    twice = answer_rows([price("a", usd=1.0, age=1), price("a", usd=2.0, age=2)], NOON)
    assert [(row["sources"], len(prices_of([row]))) for row in twice] == [(1, 2)]
