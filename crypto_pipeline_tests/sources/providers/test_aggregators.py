"""What aggregators and derivative venues do that a naive reading gets wrong."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.sources.kit import Context, ErrorInBody, discover
from crypto_pipeline.sources.symbols import Universe

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


def rows_of(endpoint_id: str, payload: Any) -> Any:
    endpoint = ENDPOINTS[endpoint_id]
    return list(endpoint.parse(payload, endpoint.requests_in(Context(Universe(), NOW))[0]))


@pytest.mark.parametrize(
    ("endpoint_id", "body"),
    [
        ("alternative_me.fear_greed", {"name": "", "data": [], "metadata": {"error": "busy"}}),
        ("binance_futures.premium_index", {"code": -1121, "msg": "Invalid symbol."}),
        ("bitfinex_perpetuals.liquidations", ["error", 11010, "ratelimit: error"]),
        ("bitfinex_perpetuals.status", ["error", 10020, "symbol: invalid"]),
        ("bitget_perpetuals.tickers", {"code": "40034", "msg": "Parameter does not exist", "data": None}),
        ("bybit_linear.tickers", {"retCode": 10001, "retMsg": "params error", "result": {}, "time": 1795435200000}),
        ("coinalyze.open_interest", {"message": "Invalid API key"}),
        ("coincap.assets", {"error": "Invalid API key", "timestamp": 1795435200000}),
        ("coingecko.candles", {"error": "coin not found"}),
        ("coingecko.market_chart", {"status": {"error_code": 429, "error_message": "You've exceeded the limit"}}),
        ("coingecko.simple_price", {"status": {"error_code": 429, "error_message": "You've exceeded the limit"}}),
        ("coingecko.coins_markets", {"error": "coin not found"}),
        ("coinmarketcap.listings", {"status": {"error_code": "1011", "error_message": "too many requests"}}),
        ("coinpaprika.tickers", {"error": "monthly quota is spent"}),
        ("curve.volumes", {"success": False, "err": "no data"}),
        ("deribit_perpetuals.ticker", {"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}}),
        ("dia.quotation", {"errorcode": 404, "errormessage": "not found"}),
        ("exchangerate_api.rates", {"result": "error", "error-type": "quota-reached"}),
        ("deribit_options.options", {"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}}),
        ("bybit_options.options", {"retCode": 10001, "retMsg": "params error", "result": {}, "time": 1795435200000}),
        ("bybit_options.options", {"retCode": 0, "result": {"category": "linear", "list": []}}),
        ("okx_options.options", {"summary": {"code": "51000", "msg": "Parameter instFamily error", "data": []}}),
        ("htx_perpetuals.liquidations", {"code": 1030, "msg": "busy", "data": None, "ts": 1795435200000}),
        ("htx_perpetuals.funding", {"status": "error", "err_code": 1017, "err_msg": "busy", "ts": 1795435200000}),
        ("okx_perpetuals.liquidations", {"orders": {"code": "50011", "msg": "Rate limit reached"}, "instruments": {}}),
        ("kraken_perpetuals.tickers", {"result": "error", "error": "apiLimitExceeded"}),
        ("kucoin_perpetuals.contracts", {"code": "429000", "msg": "Too many requests"}),
        ("lemmy.community", {"error": "couldnt_find_community"}),
        ("okx_perpetuals.open_interest", {"code": "50011", "msg": "Rate limit reached", "data": []}),
        ("raydium.info", {"id": "0", "success": False, "msg": "busy"}),
        ("santiment.developer_activity", {"errors": [{"message": "API Rate Limit Reached"}]}),
        ("sosovalue.etf_flows_btc", {"code": 40101, "msg": "invalid key", "data": None}),
        (
            "stackexchange.info",
            {"error_id": 502, "error_message": "too many requests", "error_name": "throttle_violation"},
        ),
    ],
)
def test_an_error_inside_a_200_is_an_error(endpoint_id: str, body: Any) -> None:
    with pytest.raises(ErrorInBody, match=r"\w"):
        rows_of(endpoint_id, body)


def test_the_total_of_all_chains_holds_those_that_are_too_small_to_be_kept() -> None:
    chains = [{"name": f"chain {number}", "tvl": number} for number in range(1, 101)]
    rows = [row for row in rows_of("defillama.chains", chains) if isinstance(row, Defi)]
    assert [row.entity for row in rows[:2]] == ["chain 100", "chain 99"]
    assert len(rows) == 61
    assert rows[-1] == Defi("tvl", "total", 5050)


def test_without_a_readable_chain_there_is_no_total_of_nothing() -> None:
    assert [row for row in rows_of("defillama.chains", [{"name": "A", "tvl": None}]) if isinstance(row, Defi)] == []


@pytest.mark.parametrize("share", [0.61, "0.61", 61, "61"])
def test_a_share_is_percent_whether_it_comes_as_fraction_or_percentage(share: Any) -> None:
    data: dict[str, Any] = {
        "active_cryptocurrencies": 1,
        "active_markets": 1,
        "last_updated": 1795435200,
        "quotes": {"USD": {}},
    }
    data["quotes"]["USD"] = {"total_market_cap": 3e12, "total_volume_24h": 1e11}
    payload = {"data": data | {"bitcoin_percentage_of_market_cap": share}, "metadata": {"error": None}}
    (overview,) = rows_of("alternative_me.global", payload)
    assert overview.btc_dominance == pytest.approx(61)


def test_lists_of_hyperliquid_that_do_not_fit_together_are_refused_whole() -> None:
    context = {"funding": "0.0000125", "openInterest": "1", "markPx": "1", "oraclePx": "1", "dayNtlVlm": "1"}
    with pytest.raises(ValueError, match="zip"):
        rows_of("hyperliquid.asset_contexts", [{"universe": [{"name": "BTC"}, {"name": "ETH"}]}, [context]])


def test_contracts_that_are_counted_in_dollars_are_not_taken_for_coins() -> None:
    answer = {"retCode": 0, "retMsg": "OK", "result": {"category": "inverse", "list": []}, "time": 1795435200000}
    with pytest.raises(ErrorInBody, match="inverse"):
        rows_of("bybit_linear.tickers", answer)


def test_who_was_long_is_closed_by_selling() -> None:
    order = {"contract_code": "BTC-USDT", "created_at": 1, "price": 9e4, "amount": 0.5, "pair": "BTC-USDT"}
    data = [{**order, "direction": direction} for direction in ("sell", "buy", "hold")]
    long, short, unknown = rows_of("htx_perpetuals.liquidations", {"code": 200, "data": data})
    assert (long.side, short.side) == ("long", "short")
    assert "neither buying nor selling" in unknown.reason


def test_what_was_closed_by_force_is_counted_in_coins() -> None:
    """Of OKX a contract holds a hundredth of a bitcoin, of Gate ten million of a cheap coin; of a position a part may be closed."""
    order = {"bkPx": "90000", "sz": "250", "posSide": "net", "side": "sell", "ts": "1795435160000"}
    [at_okx] = rows_of(
        "okx_perpetuals.liquidations",
        {
            "orders": {"code": "0", "data": [{"instId": "BTC-USDT-SWAP", "details": [order]}]},
            "instruments": {"code": "0", "data": [{"instId": "BTC-USDT-SWAP", "ctVal": "0.01"}]},
        },
    )
    assert (at_okx.symbol, at_okx.side, at_okx.amount, at_okx.liquidated_at) == ("BTC", "long", 2.5, order["ts"])
    closed = {"contract": "PEPE_USDT", "time": 1, "size": -30, "order_size": 12, "fill_price": "0.00001"}
    contracts = [{"name": "PEPE_USDT", "quanto_multiplier": "10000000"}]
    [at_gate] = rows_of("gate_perpetuals.liquidations", {"orders": [closed], "contracts": contracts})
    assert (at_gate.symbol, at_gate.side, at_gate.amount) == ("PEPE", "short", 120_000_000)
    [lost] = rows_of("gate_perpetuals.liquidations", {"orders": [closed], "contracts": []})
    assert lost.reason == "KeyError: 'PEPE_USDT'"  # how much it was nobody can say


@pytest.mark.parametrize(("unit", "coins"), [("USD", 2.0), ("BTC", 180_000.0), (None, 180_000.0), ("ETH", None)])
def test_a_contract_that_is_counted_in_dollars_closes_as_many_coins_as_they_buy(unit: str, coins: float | None) -> None:
    order = {"bkPx": "90000", "sz": "1800", "side": "buy", "ts": "1795435160000"}
    [row] = rows_of(
        "okx_perpetuals.liquidations",
        {
            "orders": {"code": "0", "data": [{"instId": "BTC-USD-SWAP", "details": [order]}]},
            "instruments": {"code": "0", "data": [{"instId": "BTC-USD-SWAP", "ctVal": "100", "ctValCcy": unit}]},
        },
    )
    assert getattr(row, "amount", None) == coins


def test_a_closing_whose_size_is_not_told_is_not_taken_for_the_whole_position() -> None:
    closed = {"contract": "BTC_USDT", "time": 1, "size": 600, "order_size": None, "fill_price": "90000"}
    contracts = [{"name": "BTC_USDT", "quanto_multiplier": "0.0001"}]
    [unknown] = rows_of("gate_perpetuals.liquidations", {"orders": [closed], "contracts": contracts})
    assert "TypeError" in unknown.reason


def test_of_a_coin_of_which_there_are_more_than_bitcoins_no_treasury_is_told() -> None:
    with pytest.raises(ValueError, match=r"a coin of which there are 1\.21e\+08"):
        rows_of("coingecko.bitcoin_treasuries", {"total_holdings": 5_000_000, "market_cap_dominance": 4.13})


def test_of_a_liquidation_and_the_sale_that_follows_only_the_liquidation_counts() -> None:
    def liquidation(is_sale: Any) -> Any:
        return [["pos", 1, 1795435140000, None, "tETHF0:USTF0", -2, 3000, None, is_sale, 1, None, 3001]]

    (row,) = rows_of("bitfinex_perpetuals.liquidations", [liquidation(0), liquidation(1)])
    assert (row.symbol, row.side, row.amount, row.liquidation_id) == ("ETH", "short", 2, 1)


def test_the_price_of_a_liquidation_is_that_of_the_closing_and_not_of_the_entry() -> None:
    position = ["pos", 142397657, 1795435140000, None, "tBTCF0:USTF0", -2.6, 91583.8, None, 0, 1, None, 112270.0]
    (row,) = rows_of("bitfinex_perpetuals.liquidations", [[position]])
    assert row.price == 112270.0


def test_a_contract_of_bitfinex_whose_prices_are_bitcoins_is_passed_over() -> None:
    def status(contract: str, price: float) -> list[Any]:
        fields: list[Any] = [None] * 24
        fields[0], fields[1], fields[4], fields[12], fields[15] = contract, 1795435200000, price, 0.0001, price
        return fields

    rows = rows_of("bitfinex_perpetuals.status", [status("tETHF0:USTF0", 3050.0), status("tETHF0:BTCF0", 0.0337)])
    assert [(row.contract, row.mark_price) for row in rows] == [("tETHF0:USTF0", 3050.0)]


def test_of_two_stablecoins_with_one_symbol_the_larger_one_has_the_name() -> None:
    def asset(units: float, price: float | None, peg: str = "peggedUSD", symbol: str = "USDX") -> Any:
        return {"symbol": symbol, "pegType": peg, "circulating": {peg: units}, "price": price}

    assets = [asset(5.0, 0.5), asset(9e9, 1.002), asset(8e9, None, symbol="NONE"), asset(7e9, 1.2, "peggedEUR", "EURX")]
    rows = rows_of("defillama_stablecoins.stablecoins", {"peggedAssets": assets})
    deviations = [(row.entity, row.value, row.unit) for row in rows if row.metric_name == "stablecoin_peg_deviation"]
    assert deviations == [("USDX", 0.2, "percent")]  # nothing is said of what has no price, or promises other money


def test_a_price_of_nothing_is_one_that_nobody_knows_and_no_lost_peg() -> None:
    assets = [
        {"symbol": "USDX", "pegType": "peggedUSD", "circulating": {"peggedUSD": 9e9}, "price": 0},
        {"symbol": "EURX", "pegType": "peggedEUR", "circulating": {"peggedEUR": 9e9}, "price": "0"},
    ]
    rows = rows_of("defillama_stablecoins.stablecoins", {"peggedAssets": assets})
    assert [(row.metric_name, row.entity) for row in rows] == [("stablecoin_circulating", "USDX")]
    assert rows_of("defillama_stablecoins.stablecoin_prices", [{"date": 1795392000, "prices": {"tether": 0}}]) == []


def test_members_of_a_forum_that_are_no_longer_counted_are_not_told() -> None:
    answer = {"id": "bitcoin", "community_data": {"reddit_subscribers": "0"}, "watchlist_portfolio_users": 5}
    assert [row.name for row in rows_of("coingecko.coin_details", answer)] == ["watchlist_users_btc"]


def test_half_hours_of_coingecko_are_told_by_their_end() -> None:
    (candle,) = rows_of("coingecko.candles", [[1795435200000, 1.0, 3.0, 0.5, 2.0]])
    assert (candle.interval, candle.timestamp) == ("30m", 1795433400000)


def test_of_the_prices_of_several_signers_the_one_in_the_middle_counts() -> None:
    packages = [{"timestampMilliseconds": 1, "dataPoints": [{"value": value}]} for value in (140.0, 9999.0, 141.0)]
    (row,) = rows_of("redstone.prices", {"SOL": packages, "STETH/ETH": packages})
    assert (row.symbol, row.price_usd) == ("SOL", 141.0)


def test_only_whole_words_count_as_a_mention() -> None:
    threads = [{"sub": "something", "last_modified": 1}, {"com": "sell <b>SOL</b>", "last_modified": 1}]
    shares = {row.name: row.value for row in rows_of("fourchan.business_board", [{"page": 1, "threads": threads}])}
    assert shares == {"thread_share_btc": 0, "thread_share_eth": 0, "thread_share_sol": 50}


def test_yields_of_pools_that_hold_little_are_passed_over() -> None:
    pool = {"project": "p", "symbol": "S", "chain": "C", "pool": "1", "apy": 9000.0, "tvlUsd": 9_999_999}
    assert rows_of("defillama_yields.yields", {"status": "success", "data": [pool]}) == []


def test_coins_by_number_are_read_as_coins_in_a_list() -> None:
    usd = {"price": 90500.5, "volume_24h": 4e10, "market_cap": 1.8e12, "percent_change_24h": -1.25}
    coin = {"id": 1, "symbol": "BTC", "rank": 1, "quotes": {"USD": usd}, "last_updated": 1795435140}
    by_number = rows_of("alternative_me.ticker", {"data": {"1": coin}, "metadata": None})
    assert by_number == rows_of("alternative_me.ticker", {"data": [coin], "metadata": {"error": None}})
    assert by_number[0][:5] == ("BTC", 90500.5, 1.8e12, 4e10, -1.25)


def test_a_part_of_an_answer_that_is_null_costs_what_it_holds() -> None:
    asked = {"id": "bitcoin", "sentiment_votes_up_percentage": 84.0, "community_data": None}
    assert [(row.name, row.value) for row in rows_of("coingecko.coin_details", asked | {"developer_data": None})] == [
        ("sentiment_votes_up_btc", 84.0)
    ]
    (chart,) = rows_of("coingecko.market_chart", {"prices": [[1795435112345, 90500.5]], "market_caps": None})
    assert (chart.price_usd, chart.market_cap, chart.volume_24h) == (90500.5, None, None)
    (total,) = rows_of("coingecko.global", {"data": {"total_market_cap": {"usd": 3e12}, "total_volume": None}})
    assert (total.total_market_cap_usd, total.total_volume_24h_usd, total.btc_dominance) == (3e12, None, None)


@pytest.mark.parametrize(
    ("endpoint_id", "payload"),
    [
        ("alternative_me.ticker", {"data": [{"symbol": "BTC", "rank": 1, "quotes": None}]}),
        ("coincap.assets", {"data": [{"symbol": "BTC", "rank": "1"}]}),
        ("coinlore.tickers", {"data": [{"symbol": "BTC", "rank": 1}]}),
        ("coinmarketcap.listings", {"data": [{"symbol": "BTC", "cmc_rank": 1, "quote": {}}]}),
        ("coinpaprika.tickers", [{"symbol": "BTC", "rank": 1, "quotes": {}}]),
        ("coinstats.coins", {"result": [{"symbol": "BTC", "rank": 1}]}),
        ("livecoinwatch.coins", [{"code": "BTC"}]),
    ],
)
def test_a_coin_whose_price_is_missing_is_told_without_one(endpoint_id: str, payload: Any) -> None:
    """So that nobody takes another coin of its symbol for it."""
    ((symbol, price, rank),) = ((row.symbol, row.price_usd, row.rank) for row in rows_of(endpoint_id, payload))
    assert (symbol, price, int(rank)) == ("BTC", None, 1)
