"""An entry that says less than it should costs what it does not say, and nothing beside it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.sources.kit import Context, Unreadable, discover
from crypto_pipeline.sources.symbols import Universe

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
DAY = 1_795_392_000


def rows_of(endpoint_id: str, payload: Any) -> list[Any]:
    endpoint = ENDPOINTS[endpoint_id]
    spec = endpoint.requests_in(Context(Universe(), NOW))[0]
    return [row for row in endpoint.parse(payload, spec) if not isinstance(row, Unreadable)]


@pytest.mark.parametrize(
    ("endpoint_id", "payload", "field", "said"),
    [
        ("bingx.tickers", {"code": 0, "data": [{"symbol": "BTC-USDT", "lastPrice": 2}]}, "last", 2),
        ("poloniex.tickers", [{"symbol": "BTC_USDT", "close": "2"}], "last", "2"),
        (
            "coinalyze.liquidations",
            [{"history": []}, {"symbol": "BTCUSDT_PERP.A", "history": [{"t": DAY, "l": 1.5, "s": 2}]}],
            "value",
            1.5,
        ),
        (
            "coinlore.movers",
            {"data": {"winners": [{"symbol": "AAA"}], "losers": [{"symbol": "BBB", "percent_change_24h": "-60"}]}},
            "value",
            "-60",
        ),
        ("cosmoshub_lcd.gas", {"prices": [{"denom": "uatom", "amount": "0.005"}, {"denom": "uusdc"}]}, "gas_price", "0.005"),
        (
            "defillama_stablecoins.stablecoin_prices",
            [{"date": None, "prices": {}}, {"date": DAY, "prices": {"tether": 1.01}}],
            "value",
            1.0,
        ),
        ("hedera.gas", {"fees": [{"gas": 1}, {"transaction_type": "EthereumTransaction", "gas": 72}]}, "gas_price", 72),
        ("kaspa.fees", {"priorityBucket": {"feerate": 3}, "normalBuckets": [{"feerate": None}]}, "gas_price", 3),
        (
            "solana.fees",
            {"result": [{"slot": None, "prioritizationFee": 5}, {"slot": 7, "prioritizationFee": None}]},
            "gas_price",
            5,
        ),
        (
            "solana.stats",
            {
                "epoch": {"result": {"blockHeight": 9}},
                "performance": {
                    "result": [{"numTransactions": None, "samplePeriodSecs": 60}, {"numTransactions": 120, "samplePeriodSecs": 60}]
                },
            },
            "tps",
            2,
        ),
        (
            "stocktwits.stream",
            {
                "symbol": {"symbol": "BTC.X", "watchlist_count": 4},
                "messages": [{"created_at": None, "entities": {"sentiment": {"basic": "Bullish"}}}],
            },
            "value",
            4,
        ),
        ("trongrid.block", {"block_header": {"raw_data": {"number": 9}}}, "latest_block", 9),
        ("trongrid.gas", {"chainParameter": [{"value": 1}, {"key": "getEnergyFee", "value": 100}]}, "gas_price", 100),
        ("tzkt.state", {"chain": "mainnet", "level": 9, "synced": None}, "latest_block", 9),
        ("xmrchain.network", {"status": "success", "data": {"height": None, "tx_count": 9}}, "total_transactions", 9),
        ("blockchain_info.bitcoin_cash_block", {"height": 9, "bits": None}, "latest_block", 9),
        (
            "blockscout_counters.gnosis",
            {"counters": [{"id": "totalBlocks"}, {"value": "1"}, {"id": "totalTxns", "value": "9"}]},
            "total_transactions",
            "9",
        ),
        (
            "redstone.prices",
            {
                "ETH": [
                    {"timestampMilliseconds": DAY * 1000, "dataPoints": [{"value": 0}]},
                    {"timestampMilliseconds": DAY * 1000, "dataPoints": [{"value": 3050.5}]},
                ]
            },
            "price_usd",
            3050.5,
        ),
    ],
)  # fmt: skip
def test_a_part_that_is_missing_costs_itself_alone(endpoint_id: str, payload: Any, field: str, said: Any) -> None:
    assert getattr(rows_of(endpoint_id, payload)[0], field) == said


def test_payments_of_a_ledger_that_does_not_say_when_it_closed_are_those_of_now() -> None:
    moved = {"TransactionResult": "tesSUCCESS", "delivered_amount": "5000000"}
    payment = {"hash": "AA", "TransactionType": "Payment", "Account": "rA", "Destination": "rB", "metaData": moved}
    (row,) = rows_of("xrpl_s1.payments", {"result": {"status": "success", "ledger": {"transactions": [payment]}}})
    assert (row.amount, row.timestamp) == (5, None)


@pytest.mark.parametrize("other", [{"name": "B", "gecko_id": "b", "tvl": None}, {"name": "B"}, {"tvl": 2}])
def test_a_total_is_told_where_every_part_of_it_can_be_read(other: Any) -> None:
    values = {row.entity: row.value for row in rows_of("defillama.chains", [{"name": "A", "tvl": 1}, other])}
    assert values == {"A": 1}


@pytest.mark.parametrize("endpoint_id", ["stablecoin_history", "stablecoin_total", "stablecoins_on_chain_history"])
def test_a_day_without_any_amount_is_no_day_of_nothing(endpoint_id: str) -> None:
    days = [{"date": DAY, "totalCirculatingUSD": {}}]
    assert rows_of(f"defillama_stablecoins.{endpoint_id}", days) == []


@pytest.mark.parametrize(
    ("transactions", "counted"), [({}, 0), ({"transactions": [{}]}, 1), ({"transactions": "none"}, None)]
)
def test_the_letters_of_a_text_are_no_transactions_of_a_block(transactions: Any, counted: int | None) -> None:
    (row,) = rows_of("trongrid.block", {"block_header": {"raw_data": {"number": 9}}} | transactions)
    assert row.block_transactions == counted


@pytest.mark.parametrize("nameless", [{"symbol": "", "fundingIntervalHours": 4}, "IMXUSDT"])
def test_without_the_name_of_a_contract_whose_interval_is_told_no_interval_is_known(nameless: Any) -> None:
    contract = {"symbol": "IMXUSDT", "markPrice": "1", "lastFundingRate": "0.0001"}
    answers = {"premiumIndex": [contract], "fundingInfo": [nameless]}
    (row,) = rows_of("binance_futures.premium_index", answers)
    assert row.funding_interval_hours is None


def test_one_broken_value_of_a_day_costs_none_of_the_others() -> None:
    lines = 'observation_date,DGS2,DGS10\n2026-11-20,"4,74",4.12\n'
    assert [row.code for row in rows_of("fred.daily", lines)] == ["DGS10"]
    lines = 'Date,"2 Yr","10 Yr"\n11/20/2026,4.12,"4,74"\n'
    assert [row.code for row in rows_of("us_treasury.yields", lines)] == ["2 Yr"]
    day = {"d": "2026-11-20", "FXUSDCAD": {"v": "1.25"}, "FXJPYCAD": {"v": "x"}, "FXEURCAD": {"v": "1.5"}}
    assert [row.currency for row in rows_of("bank_of_canada.rates", {"observations": [day]})] == ["CAD", "EUR"]


def test_a_chain_that_is_listed_twice_counts_once() -> None:
    chains = [{"name": "A", "tvl": 1}, {"name": "A", "tvl": 1}, {"name": "B", "tvl": 2}]
    assert rows_of("defillama.chains", chains)[-1].value == 3


def test_the_letters_of_a_text_are_no_entries_of_a_list() -> None:
    """The first letter of 64000 is a price as well."""
    ticks = {"XXBTZUSD": {"c": "64000"}, "XETHZUSD": {"c": ["3000"], "v": "12", "b": "2999", "a": ["3001", "1", "2"]}}
    (row,) = rows_of("kraken.ticker", {"error": [], "result": ticks})
    assert (row.last, row.volume_base) == ("3000", None)
    with pytest.raises(TypeError, match="not a list"):
        rows_of("binance.books", {"bids": ["91", "92"], "asks": [["93", "1"]]})
    assert rows_of("binance.candles", ["1234567"]) == []


@pytest.mark.parametrize(
    "other", [{"project": "de.wikipedia"}, {"agent": "all-agents"}, {"access": "mobile-web"}, {"article": "Goethe"}]
)
def test_views_of_another_page_language_or_reader_are_not_those_that_were_asked_for(other: dict[str, str]) -> None:
    asked = {"project": "en.wikipedia", "article": "Bitcoin", "agent": "user", "timestamp": "2026112200", "views": 9}
    rows = rows_of("wikipedia.pageviews", {"items": [asked, {**asked, **other}]})
    assert [row.value for row in rows] == [9]


def test_the_first_letter_of_a_text_is_no_first_of_a_list() -> None:
    bet = {"question": "?", "slug": "a", "outcomes": '["Yes", "No"]', "closed": False}
    bets = [bet | {"outcomePrices": '"0.98"'}, bet | {"outcomePrices": '["0.98", "0.02"]'}]
    assert [row.value for row in rows_of("polymarket.markets", bets)] == [98]
    moved = {"meta": {"err": None, "preBalances": [9 * 10**15, 1], "postBalances": [1, 9 * 10**15]}}
    sent = [
        moved | {"transaction": {"accountKeys": [{"pubkey": "A"}, {"pubkey": "B"}], "signatures": signatures}}
        for signatures in ("sig", ["sig"])
    ]
    (row,) = rows_of("solana.transfers", {"result": {"blockHeight": 9, "transactions": sent}})
    assert row.transaction_hash == "sig"
