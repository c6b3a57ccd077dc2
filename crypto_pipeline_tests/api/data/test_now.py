"""What is told as it is now: fees, chains, contracts, the overview."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import NOON, at, collection, consensus, contract, fee, metric, stamped

KNOWN: dict[str, Any] = {"slow_gas_price": 1.0, "standard_gas_price": 2.0, "fast_gas_price": 3.0}


def test_of_the_sources_that_speak_at_about_the_same_time_one_that_knows_most_is_shown(data: Data) -> None:
    data.store(
        gas_prices=[
            fee("ethereum", "bare", at(), gas_price_gwei=2.0),
            fee("ethereum", "guess", at(minutes=-1), **KNOWN, derived=True),
            fee("ethereum", "full", at(minutes=-30), **KNOWN, derived=False),
            fee("ethereum", "old", at(minutes=-30.02), **KNOWN, base_fee=1.0, derived=False),
            fee("solana", "bare", at(hours=-5), gas_price_gwei=7.0, unit="lamports"),
            fee("gone", "full", at(days=-2), **KNOWN),
            fee("base", "rounds", at(), **KNOWN),
            fee("base", "reads", at(minutes=-30), **KNOWN, base_fee=1.0),
        ]
    )
    reads, *rows = data.get("gas")["gas"]
    assert [(one["blockchain"], one["source"]) for one in rows] == [("ethereum", "full"), ("solana", "bare")]
    assert (reads["source"], reads["base_fee"]) == ("reads", 1.0)
    assert [rows[0][name] for name in ("slow", "standard", "fast", "unit", "derived")] == [1.0, 2.0, 3.0, "gwei", False]
    assert [rows[1][name] for name in ("slow", "gas_price", "unit")] == [None, 7.0, "lamports"]
    assert data.get("gas?blockchain=solana")["gas"] == rows[1:]
    assert "gone" in data.refusal("gas?blockchain=gone", 404)


def test_fees_over_time_are_medians_of_one_unit(past: Data) -> None:
    answer = past.get("gas?blockchain=ethereum&history=1&from=2026-11-23T12:00&to=2026-11-24T12:00")
    stored = past.sql(
        "SELECT to_timestamp(epoch(timestamp)::BIGINT // $step * $step) AS timestamp, median(slow_gas_price) AS slow, "
        "median(standard_gas_price) AS standard, median(fast_gas_price) AS fast FROM gas_prices WHERE blockchain = 'ethereum' "
        "AND timestamp >= '2026-11-23 12:00:00+00' AND timestamp < '2026-11-24 12:00:00+00' GROUP BY 1 ORDER BY 1",
        {"step": answer["bucket_seconds"]},
    )
    assert answer["points"] == stored
    assert len(stored) == 96


def test_a_range_of_fees_has_its_beginning_and_not_its_end(data: Data) -> None:
    ends = (at(hours=-2), at(hours=-1))
    data.store(gas_prices=[fee("ethereum", "a", moment, **KNOWN) for moment in (*ends, at())])
    given = "&".join(f"{name}={moment:%Y-%m-%dT%H:%M}" for name, moment in zip(("from", "to"), ends, strict=True))
    points = data.get(f"gas?blockchain=ethereum&history=1&{given}")["points"]
    assert [point["timestamp"] for point in points] == [ends[0].isoformat()]


def test_over_time_there_are_about_three_hundred_points_and_no_more(data: Data) -> None:
    data.store(gas_prices=[fee("ethereum", "a", at(minutes=-minute), **KNOWN) for minute in range(1, 1441)])
    answer = data.get("gas?blockchain=ethereum&history=1&from=2026-11-23T12:00&to=2026-11-24T12:00")
    assert (answer["bucket_seconds"], len(answer["points"])) == (300, 288)


def test_two_units_of_a_chain_are_never_mixed(data: Data) -> None:
    data.store(
        gas_prices=[
            fee("ethereum", "a", at(), **KNOWN),
            fee("ethereum", "b", at(minutes=-30), **{name: value * 1e9 for name, value in KNOWN.items()}, unit="wei"),
        ]
    )
    answer = data.get("gas?blockchain=ethereum&history=true&from=2026-11-24&to=2026-11-25")
    assert [point["standard"] for point in answer["points"]] == [2.0]


def test_fees_over_time_are_those_of_the_last_day_unless_another_range_is_named(data: Data) -> None:
    now = datetime.now(timezone.utc)
    moments = [now - timedelta(hours=hours) for hours in (23, 25)]
    data.store(gas_prices=[fee("ethereum", "a", moment, **KNOWN) for moment in (now, *moments)])
    assert len(data.get("gas?history=1&blockchain=ethereum")["points"]) == 2


def test_history_needs_a_chain_and_a_range_that_is_not_too_wide(data: Data) -> None:
    data.store(gas_prices=[fee("ethereum", "a", **KNOWN)])
    assert "say of which chain" in data.refusal("gas?history=1", 422)
    month = "gas?history=1&blockchain=ethereum&from=2026-10-01&to=2026-11-01"
    assert data.get(month)["points"] == []
    assert "at most 31 days" in data.refusal(f"{month}T00:01", 422)
    assert data.get("gas?blockchain=ethereum")["points"] is None


def test_each_chain_is_told_by_each_of_its_sources(data: Data) -> None:
    data.store(
        blockchain_stats=[
            stamped(
                {"blockchain": "bitcoin", "source": "a", "timestamp": NOON, "fetched_at": NOON, "latest_block": 9}, NOON
            ),
            stamped(
                {
                    "blockchain": "bitcoin",
                    "source": "b",
                    "timestamp": at(hours=-1),
                    "fetched_at": NOON,
                    "network_hashrate": 9e20,
                    "extra": '{"burnt": 1.5}',
                },
                NOON,
            ),
            stamped({"blockchain": "bitcoin", "source": "a", "timestamp": at(hours=-1), "latest_block": 8}, NOON),
        ]
    )
    rows = data.get("chains")["chains"]
    assert [(one["source"], one["latest_block"], one["network_hashrate"], one["extra"]) for one in rows] == [
        ("a", 9, None, None),
        ("b", None, 9e20, {"burnt": 1.5}),
    ]
    assert data.get("chains?blockchain=bitcoin")["chains"] == rows
    data.refusal("chains?blockchain=nowhere", 404)


def test_contracts_are_told_by_open_interest_and_together_by_coin(data: Data) -> None:
    data.store(
        derivatives_metrics=[
            contract("BTC", "a", open_interest_usd=5.0, funding_rate_8h=0.1),
            contract("BTC", "b", open_interest_usd=None, funding_rate_8h=0.3),
            contract("BTC", "c", open_interest_usd=7.0, funding_rate_8h=0.9),
            contract("BTC", "a", at(hours=-1), open_interest_usd=99.0),
            contract("ETH", "a", funding_rate_8h=-0.2, volume_24h_usd=1.0),
            contract("ETH", "a", contract="ETHUSDC", funding_rate_8h=-0.2, volume_24h_usd=9.0),
            contract("OLD", "a", at(days=-2), open_interest_usd=1.0),
        ]
    )
    answer = data.get("derivatives")
    assert [(one["contract"], one["source"], one["open_interest_usd"]) for one in answer["derivatives"]] == [
        ("BTCUSDT", "c", 7.0),
        ("BTCUSDT", "a", 5.0),
        ("ETHUSDC", "a", None),
        ("ETHUSDT", "a", None),
        ("BTCUSDT", "b", None),
    ]
    assert answer["by_symbol"] == [
        {
            "symbol": "BTC",
            "contracts": 3,
            "sources": 3,
            "funding_rate_8h": 0.3,
            "lowest": 0.1,
            "highest": 0.9,
            "open_interest_usd": 12.0,
        },
        {
            "symbol": "ETH",
            "contracts": 2,
            "sources": 1,
            "funding_rate_8h": -0.2,
            "lowest": -0.2,
            "highest": -0.2,
            "open_interest_usd": None,
        },
    ]
    few = data.get("derivatives?symbol=btc&limit=1")
    assert (len(few["derivatives"]), few["by_symbol"]) == (1, answer["by_symbol"][:1])


def test_what_an_exchange_says_of_a_contract_in_two_answers_within_an_hour_is_one_state(data: Data) -> None:
    data.store(
        derivatives_metrics=[
            contract("BTC", "a", at(minutes=-59), funding_rate_8h=0.1, mark_price=1.0),
            contract("BTC", "a", at(), open_interest_usd=5.0, mark_price=2.0),
            contract("BTC", "b", at(minutes=-60), funding_rate_8h=0.9),
            contract("BTC", "b", at(), open_interest_usd=3.0),
        ]
    )
    found = data.get("derivatives")["derivatives"]
    assert [(one["source"], one["funding_rate_8h"], one["open_interest_usd"], one["mark_price"]) for one in found] == [
        ("a", 0.1, 5.0, 2.0),
        ("b", None, 3.0, None),
    ]
    assert [one["timestamp"] for one in found] == [NOON.isoformat()] * 2


@pytest.mark.parametrize(("hours", "value"), [(48, 25.0), (49, 40.0)])
def test_the_usual_index_of_fear_may_be_two_days_old(data: Data, hours: float, value: float) -> None:
    usual = metric("fear_greed_index", "alternative_me", 25.0, at(hours=-hours))
    data.store(
        sentiment_metrics=[usual, metric("fear_greed_index", "cmc", 40.0), metric("other", "alternative_me", 1.0)]
    )
    assert data.get("overview")["fear_greed"]["value"] == value


def test_the_overview_is_what_its_parts_are(past: Data) -> None:
    answer = past.get("overview")
    assert answer["prices"] == past.get("prices")["prices"]
    assert answer["gas"] == past.get("gas")["gas"]
    assert [one["newest"] for one in answer["tables"]] == [one["newest"] for one in past.get("tables")["tables"]]
    (market,) = past.sql(
        "SELECT total_market_cap_usd, total_volume_24h_usd, market_cap_change_24h, btc_dominance, eth_dominance, timestamp, "
        "source FROM market_overview ORDER BY timestamp DESC, source LIMIT 1"
    )
    assert answer["market"] == market
    (fear,) = past.sql(
        "SELECT value, timestamp FROM sentiment_metrics WHERE source = 'alternative_me' ORDER BY timestamp DESC LIMIT 1"
    )
    assert (answer["fear_greed"]["value"], answer["fear_greed"]["timestamp"]) == (fear["value"], fear["timestamp"])
    open_alerts = past.sql("SELECT condition FROM alerts WHERE resolved_at IS NULL")
    assert {one["condition"] for one in answer["alerts"]} == {one["condition"] for one in open_alerts} != set()
    assert [one["job"] for one in answer["collections"]] == ["historical_data_collection", "ui_data_collection"]
    assert answer["collections"][1] == past.get("sources?job=ui_data_collection&runs=1")["runs"][0]
    assert answer["has_data"] is True


def test_the_usual_index_of_fear_is_shown_unless_it_is_out_of_date(data: Data) -> None:
    data.store(
        sentiment_metrics=[
            metric("fear_greed_index", "alternative_me", 25.0, at(hours=-12)),
            metric("fear_greed_index", "coinmarketcap", 40.0),
        ]
    )
    assert data.get("overview")["fear_greed"]["value"] == 25.0
    data.store(sentiment_metrics=[metric("fear_greed_index", "coinmarketcap", 44.0, at(days=3))])
    assert data.get("overview")["fear_greed"]["value"] == 44.0


def test_a_log_without_rows_is_no_data(data: Data) -> None:
    data.store(data_collections=[collection("kraken.ticker", "run-1", "timeout")])
    answer = data.get("overview")
    assert (answer["has_data"], answer["prices"], answer["market"], answer["fear_greed"]) == (False, [], None, None)
    assert answer["collections"][0]["failed"] == 1
    data.store(consensus_prices=[consensus("BTC", 1.0)])
    assert data.get("overview")["has_data"] is True


def test_each_table_is_counted_and_its_age_is_judged(past: Data) -> None:
    tables = past.get("tables")["tables"]
    for one in tables:
        (stored,) = past.sql(f"SELECT count(*) AS rows, max(collected_at) AS newest FROM {one['table']}")
        assert (one["rows"], one["newest"]) == (stored["rows"], stored["newest"]), one["table"]
        assert (one["age_limit_seconds"] is not None) == (one["table"] in DATA_TABLES)
    limits = {one["table"]: one["age_limit_seconds"] for one in tables}
    assert (limits["market_prices"], limits["cached_ohlc"], limits["news_articles"]) == (900, 2_700, 43_200)


def test_a_table_is_stale_when_its_newest_row_is_older_than_usual(data: Data) -> None:
    data.store(consensus_prices=[consensus("BTC", 1.0, at(days=-900))], data_collections=[collection("a.b", "r", "ok")])
    stale = {one["table"] for one in data.get("tables")["tables"] if one["is_stale"]}
    assert stale == {"consensus_prices"}
