"""Answers of exchanges that differ from those that are recorded: older ones, and of other instruments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.rows import Quote, Transfer
from crypto_pipeline.sources.kit import Context, discover
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


def rows_of(endpoint_id: str, payload: Any) -> list[Any]:
    endpoint = ENDPOINTS[endpoint_id]
    spec = endpoint.requests_in(Context(Universe(), NOON, ("1h",)))[0]
    return list(endpoint.parse(payload, spec))


def delta(symbol: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "close": 100, "open": 98, "turnover": 7_000, "timestamp": 1795435199000000, **more}


def test_where_delta_does_not_say_what_a_contract_is_its_name_does() -> None:
    names = ("BTCUSDT", "BTCUSD", "ETHBTC", "BSVUSD_USDT", "BTCUSD_26Jun", "MV-BTC-D-020520", "BSVUSDQ")
    rows = rows_of("delta_perpetuals.tickers", {"success": True, "result": [delta(name) for name in names]})
    assert [(row.base, row.quote, row.volume_quote) for row in rows] == [("BTC", "USDT", 7_000), ("BTC", "USD", None)]


def test_of_delta_s_turnovers_the_one_in_dollars_counts() -> None:
    one = delta("BTCUSD", contract_type="perpetual_futures", turnover_usd=9_000, turnover_symbol="BTC")
    other = delta("ETHUSD", contract_type="perpetual_futures", turnover_symbol="ETH")
    spot = delta("SOLUSDT", contract_type="spot", turnover_usd=5)
    rows = rows_of("delta_perpetuals.tickers", {"success": True, "result": [one, other, spot]})
    assert [(row.base, row.volume_quote) for row in rows] == [("BTC", 9_000), ("ETH", None)]


@pytest.mark.parametrize("other", ["BTC_USDT", "SOL_USDC-PERPETUAL", "ETH-PERPETUAL"])
def test_what_deribit_says_of_another_instrument_is_nothing_of_the_contract(other: str) -> None:
    """The open interest of SOL_USDC-PERPETUAL is coins, that of BTC-PERPETUAL dollars."""
    with pytest.raises(ValueError, match=other):
        rows_of("deribit_perpetuals.ticker", {"result": {"instrument_name": other, "mark_price": 1, "stats": {}}})


@pytest.mark.parametrize(
    ("endpoint_id", "payload"),
    [
        (
            "bybit.books",
            {"retCode": 0, "result": {"s": "LTCUSDT", "a": [["90", "1"]], "b": [["89", "1"]], "ts": 1795435199000}},
        ),
        ("kraken.books", {"error": [], "result": {"XLTCZUSD": {"asks": [["90", "1", 1]], "bids": [["89", "1", 1]]}}}),
        ("github.repository", {"full_name": "litecoin-project/litecoin", "stargazers_count": 4500}),
        ("mastodon.tag", {"name": "litecoin", "history": [{"day": "1795392000", "accounts": "1", "uses": "2"}]}),
        ("blockcypher.bitcoin", {"name": "Litecoin.main", "height": 1, "medium_fee_per_kb": 8000}),
        ("blockcypher.ethereum", {"name": "Litecoin.main", "height": 1, "medium_gas_price": 8}),
        ("gdelt.tone", {"query_details": {"title": "litecoin"}, "timeline": [{"data": []}]}),
        ("hackernews.stories", {"query": "litecoin", "nbHits": 12}),
        ("dexpaprika.token", {"id": "litecoin", "symbol": "WETH", "summary": {"price_usd": 1, "24h": {}}}),
        ("dexpaprika.token", {"chain": "litecoin", "symbol": "WETH", "summary": {"price_usd": 1, "24h": {}}}),
        ("lido.apr", {"data": {"apr": 2.65}, "meta": {"symbol": "litecoin"}}),
        ("logicnodes.gas", {"system": "litecoin", "blockPrices": []}),
        ("tzkt.state", {"head": {"chain": "litecoin", "level": 1}}),
    ],
)
def test_what_says_that_it_is_of_something_else_is_not_taken_for_what_was_asked(endpoint_id: str, payload: Any) -> None:
    with pytest.raises(ValueError, match=r"an answer about (LTCUSDT|XLTCZUSD|[Ll]itecoin.*) came"):
        rows_of(endpoint_id, payload)


@pytest.mark.parametrize(("named", "is_read"), [("dydx-mainnet-1", True), (None, True), ("osmosis-1", False)])
def test_a_block_of_another_chain_is_not_one_of_this(named: str | None, is_read: bool) -> None:
    header = {"height": "30000000", **({"chain_id": named} if named else {})}
    if is_read:
        assert rows_of("dydx_lcd.block", {"block": {"header": header}})
        return
    with pytest.raises(ValueError, match="a block of osmosis-1 came"):
        rows_of("dydx_lcd.block", {"block": {"header": header}})


def test_transfers_of_another_token_are_not_taken_for_dollars() -> None:
    """A million million PEPE are a few million dollars, and a million million USDT are not."""
    usdt, other = "0xdac17f958d2ee523a2206206994597c13d831ec7", "0x6982508145454ce325ddbe47a25d4ec3d2311933"
    total = {"value": "1000000000000", "decimals": "6"}
    tokens: list[dict[str, str]] = [
        {"address_hash": usdt, "symbol": "USDT"},
        {"address": other, "symbol": "USDT"},
        {"symbol": "PEPE"},
        {},
    ]
    items = [{"transaction_hash": "0xaa", "total": total, "token": token} for token in tokens]
    rows = rows_of("blockscout_ethereum.usdt_transfers", {"items": items})
    assert [isinstance(row, Transfer) for row in rows] == [True, False, False, True]
    result = {"from": "0x" + "0" * 40, "to": "0x" + "1" * 40, "value": "1000000000000"}
    event = {"transaction_id": "aa", "event_index": 0, "result": result}
    kinds = [
        {"contract_address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "event_name": "Transfer"},
        {"contract_address": "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj", "event_name": "Transfer"},
        {"event_name": "Approval"},
        {},
    ]
    rows = rows_of("trongrid.usdt_transfers", {"success": True, "data": [event | kind for kind in kinds]})
    assert [isinstance(row, Transfer) for row in rows] == [True, False, False, True]
    entry = {
        "transaction_id": "aa",
        "quant": "1000000000000",
        "revert": "false",
        "finalResult": "SUCCESS",
        "tokenInfo": {"tokenDecimal": 6},
    }
    contracts = [{"contract_address": kind["contract_address"]} for kind in kinds[:2]] + [{}]
    rows = rows_of("tronscan.usdt_transfers", {"token_transfers": [entry | contract for contract in contracts]})
    assert [isinstance(row, Transfer) for row in rows] == [True, False, True]


@pytest.mark.parametrize(
    ("name", "base", "quote"),
    [
        ("XXBTZUSD", "XBT", "USD"),
        ("XETHXXBT", "ETH", "XBT"),
        ("ZEURZUSD", "EUR", "USD"),
        ("USDTZUSD", "USDT", "USD"),
        ("XTZUSD", None, None),
        ("USDTUSD", None, None),
    ],
)
def test_older_names_of_kraken_s_markets_hide_their_coins_behind_letters(
    name: str, base: str | None, quote: str | None
) -> None:
    day = ["1", "2"]
    (row,) = rows_of("kraken.ticker", {"result": {name: {"c": day, "v": day, "p": day, "h": day, "l": day}}})
    assert (row.base, row.quote) == (base, quote)


@pytest.mark.parametrize(
    ("flag", "is_read"), [("0", True), (0, True), ("false", True), ("1", False), (1, False), (True, False)]
)
def test_whether_a_market_is_frozen_is_known_however_it_is_written(flag: object, is_read: bool) -> None:
    ticker = {"isFrozen": flag, "last": "90500.1", "last_price": "90500.1"}
    coinw = rows_of("coinw.tickers", {"success": True, "data": {"BTC_USDT": ticker}})
    assert [len(coinw), len(rows_of("whitebit.tickers", {"BTC_USDT": ticker}))] == [is_read] * 2
    closed = {"isClosed": flag, "latest": "90500.1"}
    assert len(rows_of("nobitex.tickers", {"status": "ok", "stats": {"btc-usdt": closed}})) == is_read


@pytest.mark.parametrize(("yes", "no"), [(True, False), ("true", "false"), (1, 0), ("1", "0")])
def test_whether_a_market_trades_is_known_however_it_is_written(yes: object, no: object) -> None:
    names = {"baseCurrency": "BTC", "symbol": "BTC-USDT", "quoteCurrency": "USDT"}
    kucoin = {"code": "200000", "data": [{**names, "enableTrading": yes}, {**names, "enableTrading": no}, names]}
    assert [row.status for row in rows_of("kucoin_listings.markets", kucoin)] == ["trading", "halted", None]
    product = {"id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD", "status": "online"}
    coinbase = [{**product, "trading_disabled": no}, {**product, "trading_disabled": yes}, product]
    assert [row.status for row in rows_of("coinbase_exchange.markets", coinbase)] == ["trading", "halted", "trading"]


@pytest.mark.parametrize("nobody", [0, "0"])
def test_where_nobody_traded_there_is_no_price_however_the_nothing_is_written(nobody: object) -> None:
    dead = {"symbol": "BTC_USDT", "close": "90500.1", "tradeCount": nobody}
    forgotten = {"symbol": "DEAD", "rank": nobody, "quotes": {"USD": {"price": 1.0}}}
    assert rows_of("poloniex.tickers", [dead]) + rows_of("coinpaprika.tickers", [forgotten]) == []


def test_a_contract_in_the_list_of_spot_markets_is_none_of_them() -> None:
    swap = {"instType": "SWAP", "instId": "BTC-USDT-SWAP", "state": "live"}
    (row,) = rows_of("okx_listings.spot", {"code": "0", "data": [swap]})
    assert type(row).__name__ == "Unreadable"


@pytest.mark.parametrize("missing", [None, "", "-", "NaN"], ids=repr)
def test_without_a_figure_from_which_another_is_computed_only_that_one_is_missing(missing: object) -> None:
    pair = {"pair": "BTC/USD", "last": "90500", "volume": "2", "vwap": missing, "high": "91000"}
    (stamp,) = rows_of("bitstamp.tickers", [pair])
    assert (stamp.last, stamp.volume_base, stamp.volume_quote, stamp.high) == ("90500", "2", None, "91000")
    so = {"book": "btc_usd", "last": "90500", "volume": "2", "vwap": "90000", "change_24": missing}
    (bitso,) = rows_of("bitso.ticker", {"success": True, "payload": so})
    assert (bitso.last, bitso.volume_quote, bitso.open) == ("90500", 180_000, None)
    revolut = {"symbol": "BTC/USD", "last_price": "90500", "price_change_24h": missing}
    (revolutx,) = rows_of("revolutx.tickers", {"data": [revolut], "metadata": None})
    assert (revolutx.last, revolutx.open, revolutx.timestamp) == ("90500", None, None)
    krak = {"c": ["90500", "1"], "v": ["1", "2"], "p": ["1", missing]}
    (kraken,) = rows_of("kraken.ticker", {"error": [], "result": {"BTC/USD": krak}})
    assert (kraken.last, kraken.volume_base, kraken.volume_quote, kraken.high) == ("90500", "2", None, None)


@pytest.mark.parametrize("missing", [None, "", "-", "NaN"], ids=repr)
def test_without_its_open_interest_a_contract_keeps_its_funding_and_prices(missing: object) -> None:
    asset = {"funding": "0.00001", "openInterest": missing, "markPx": "90500", "oraclePx": "90510", "dayNtlVlm": "9"}
    hyper, _ = rows_of("hyperliquid.asset_contexts", [{"universe": [{"name": "BTC"}]}, [asset]])
    assert (hyper.funding_rate, hyper.open_interest, hyper.open_interest_usd) == ("0.00001", None, None)
    assert (hyper.mark_price, hyper.index_price) == (90_500, 90_510)
    perpetual = {"symbol": "PF_XBTUSD", "tag": "perpetual", "pair": "XBT:USD", "markPrice": 50_000, "fundingRate": 5}
    krak, price = rows_of("kraken_perpetuals.tickers", {"tickers": [perpetual | {"openInterest": missing}]})
    assert (krak.funding_rate, krak.open_interest, krak.open_interest_usd) == (0.0001, None, None)
    assert (krak.mark_price, price.last) == (50_000, 50_000)
    contract = {
        "symbol": "XBTUSDTM",
        "baseCurrency": "XBT",
        "quoteCurrency": "USDT",
        "multiplier": 0.001,
        "status": "Open",
    }
    row = {"fundingFeeRate": 0.0001, "openInterest": missing, "markPrice": 90_500, "turnoverOf24h": 9}
    (kucoin,) = rows_of("kucoin_perpetuals.contracts", {"code": "200000", "data": [contract | row]})
    assert (kucoin.funding_rate, kucoin.open_interest, kucoin.open_interest_usd) == (0.0001, None, None)
    assert (kucoin.mark_price, kucoin.volume_24h_usd) == (90_500, 9)


def test_shares_and_metals_whose_tickers_are_those_of_coins_are_no_coins() -> None:
    said: dict[str, list[dict[str, Any]]] = {
        "kucoin_perpetuals.contracts": [
            {},
            {"marketType": "CRYPTO"},
            {"assetClass": "STOCK"},
            {"marketType": "NASDAQ"},
        ],
        "bybit_linear.markets": [
            {},
            {"symbolType": "innovation"},
            {"symbolType": "stock"},
            {"symbolType": "commodity"},
        ],
        "okx_listings.perpetuals": [{}, {"instCategory": "1"}, {"instCategory": "3"}, {"instCategory": "4"}],
        "okx_listings.spot": [{}, {"instCategory": ""}, {"instCategory": "3"}, {"instCategory": "6"}],
        "gate_perpetuals.liquidations": [
            {},
            {"contract_type": ""},
            {"contract_type": "stocks"},
            {"contract_type": "indices"},
        ],
    }
    for endpoint_id, kinds in said.items():
        rows = [rows_of(endpoint_id, OF_ONE_MARKET[endpoint_id](kind)) for kind in kinds]
        assert [[row.symbol for row in of_kind] for of_kind in rows] == [["STX"], ["STX"], [], []], endpoint_id


OF_ONE_MARKET: dict[str, Callable[[dict[str, Any]], Any]] = {
    "kucoin_perpetuals.contracts": lambda kind: {
        "code": "200000",
        "data": [
            {
                "symbol": "STXUSDTM",
                "baseCurrency": "STX",
                "quoteCurrency": "USDT",
                "status": "Open",
                "fundingFeeRate": 0,
            }
            | kind
        ],
    },
    "bybit_linear.markets": lambda kind: {
        "retCode": 0,
        "result": {"list": [{"symbol": "STXUSDT", "contractType": "LinearPerpetual", "baseCoin": "STX"} | kind]},
    },
    "okx_listings.perpetuals": lambda kind: {
        "code": "0",
        "data": [{"instId": "STX-USDT-SWAP", "instType": "SWAP"} | kind],
    },
    "okx_listings.spot": lambda kind: {"code": "0", "data": [{"instId": "STX-USDT", "instType": "SPOT"} | kind]},
    "gate_perpetuals.liquidations": lambda kind: {
        "orders": [{"time": 1795435160, "contract": "STX_USDT", "size": 6, "fill_price": "1.5"}],
        "contracts": [{"name": "STX_USDT", "quanto_multiplier": "1"} | kind],
    },
}


def test_candles_without_volumes_are_candles() -> None:
    columns = {"s": "ok", "t": [1795431600], "o": [1], "h": [4], "l": [1], "c": [2]}
    for body in (columns, columns | {"v": None}):
        (candle,) = rows_of("bitkub.candles", body)
        assert (candle.open, candle.high, candle.low, candle.close, candle.volume) == (1, 4, 1, 2, None)
    (short,) = rows_of(
        "bitstamp.candles", {"data": {"ohlc": [{"timestamp": "1795431600", **dict.fromkeys(OHLC, "1")}]}}
    )
    assert (short.timestamp, short.close, short.volume) == ("1795431600", "1", None)


OHLC = ("open", "high", "low", "close")


OF_A_BUNDLE: dict[str, Any] = {
    "coingecko.derivatives": [
        {"market": "A", "symbol": "1000PEPEUSDT", "index_id": "1000PEPE", "index": 0.009, "contract_type": "perpetual"}
    ],
    "dydx_perpetuals.markets": {
        "markets": {
            "P": {
                "ticker": "1000PEPE-USD",
                "status": "ACTIVE",
                "oraclePrice": "0.009",
                "openInterest": "2",
                "priceChange24H": "0",
            }
        }
    },
    "kraken_perpetuals.tickers": {
        "result": "success",
        "tickers": [
            {
                "symbol": "PF_1000PEPEUSD",
                "tag": "perpetual",
                "pair": "1000PEPE:USD",
                "markPrice": 0.009,
                "openInterest": 2,
            }
        ],
    },
    "okx_perpetuals.open_interest": {"code": "0", "data": [{"instId": "1000PEPE-USDT-SWAP", "oiCcy": "2"}]},
    "htx_perpetuals.liquidations": {
        "code": 200,
        "data": [
            {
                "contract_code": "1000PEPE-USDT",
                "pair": "1000PEPE-USDT",
                "direction": "sell",
                "price": 0.009,
                "amount": 2,
                "created_at": 1795435140000,
            }
        ],
    },
}


@pytest.mark.parametrize("endpoint_id", OF_A_BUNDLE)
def test_a_contract_on_a_thousand_coins_is_told_as_one_on_its_coin(endpoint_id: str) -> None:
    figures: set[float] = set()
    for row in rows_of(endpoint_id, OF_A_BUNDLE[endpoint_id]):
        given = row._asdict()
        assert (given["base"] if "base" in given else given["symbol"]) == "PEPE"
        named = ("open_interest", "amount", "mark_price", "index_price", "last", "price")
        figures |= {round(float(given[name]), 9) for name in named if given.get(name) is not None}
    assert figures <= {2000, 0.000009}
    assert figures


BEST = {
    "bybit.tickers": ("BTCUSDT", "lastPrice", "bid1Price", "bid1Size", "ask1Price", "ask1Size"),
    "kucoin.tickers": ("BTC-USDT", "last", "buy", "bestBidSize", "sell", "bestAskSize"),
    "okx.tickers": ("BTC-USDT", "last", "bidPx", "bidSz", "askPx", "askSz"),
}


@pytest.mark.parametrize("endpoint_id", BEST)
def test_best_prices_are_those_of_their_side_and_what_is_odd_in_them_costs_the_price_nothing(endpoint_id: str) -> None:
    pair, last, bid, bid_size, ask, ask_size = BEST[endpoint_id]
    ticker = {"symbol": pair, "instId": pair, last: "100", bid: "99", bid_size: "5", ask: "101", ask_size: "7"}

    def kept(**changed: object) -> list[tuple[Any, ...]]:
        entries: Any = [ticker | changed]
        answer = {"list": entries} if endpoint_id == "bybit.tickers" else {"ticker": entries}
        nested = endpoint_id in {"bybit.tickers", "kucoin.tickers"}
        rows = rows_of(endpoint_id, {"data": answer if nested else entries, "result": answer})
        return [(row.pair, row.last) if isinstance(row, Quote) else (row.pair, row.bids, row.asks) for row in rows]

    assert kept() == [(pair, "100"), (pair, (("99", "5"),), (("101", "7"),))]
    for name in (bid, bid_size, ask, ask_size):
        assert kept(**{name: None}) == [(pair, "100")]
        assert kept(**{name: "0"}) == [(pair, "100")]
        assert kept(**{name: "busy"})[0] == (pair, "100")


def test_a_market_of_kraken_where_nobody_ever_traded_has_no_book() -> None:
    def kept(**sides: object) -> list[str]:
        tick = {"c": ["100", "1"], "a": ["101", "1", "0.7"], "b": ["99", "0", "0.2"]} | sides
        return [type(row).__name__ for row in rows_of("kraken.ticker", {"error": [], "result": {"BTC/USD": tick}})]

    assert kept() == ["Quote", "Book"]
    for nothing in (["0.00000", "0", "0.000"], None, [], ["99"]):
        assert kept(b=nothing) == kept(a=nothing) == ["Quote"]


def test_a_change_that_was_rounded_to_two_digits_counts_where_the_difference_is_missing() -> None:
    """A recorded answer: the percentage says 2, the prices 1.53."""

    def market(**stats: str) -> dict[str, Any]:
        stats = {"lastPrice": "64280.0", "dailyPriceChangePercentage": "0.02", **stats}
        return {"status": "OK", "data": [{"name": "BTC-USD", "active": True, "marketStats": stats}]}

    (exact,) = rows_of("extended_perpetuals.tickers", market(dailyPriceChange="969.9"))
    assert (exact.change_percent, exact.open) == (None, pytest.approx(63310.1))
    (rounded,) = rows_of("extended_perpetuals.tickers", market())
    assert (rounded.change_percent, rounded.open) == (2.0, None)


def test_a_product_of_coinbase_that_names_itself_shares_no_other_s_book() -> None:
    products = [{"product_id": "BTC-USD", "price": "2", "alias": alias} for alias in ("", "BTC-USD", "BTC-USDC", None)]
    assert len(rows_of("coinbase.products", {"products": products})) == 3


@pytest.mark.parametrize(("opened", "change"), [(77_356, None), ("0", 2.32), (None, 2.32)])
def test_the_change_that_btcturk_tells_counts_where_there_is_no_opening_price(
    opened: Any, change: float | None
) -> None:
    ticker = {"pairNormalized": "BTC_USDT", "last": 79_152, "open": opened, "dailyPercent": 2.32}
    (row,) = rows_of("btcturk.tickers", {"success": True, "data": [ticker]})
    assert row.change_percent == change


def test_the_list_of_zebpay_is_read_with_its_envelope_and_without() -> None:
    markets = [{"symbol": "BTC-INR", "last": "8005000"}]
    for payload in (markets, {"statusCode": 200, "data": markets}):
        assert [row.last for row in rows_of("zebpay.tickers", payload)] == ["8005000"]


def test_spot_markets_in_the_list_of_lighter_are_no_contracts() -> None:
    market = {"symbol": "ETH", "status": "active", "last_trade_price": 3_000}
    markets = [market, {**market, "symbol": "ETH/USDC", "market_type": "spot"}, {**market, "market_type": "perp"}]
    rows = rows_of("lighter_perpetuals.tickers", {"code": 200, "order_book_details": markets})
    assert [row.pair for row in rows] == ["ETH", "ETH"]


def test_a_rate_of_the_canadian_dollar_the_other_way_round_is_none_of_another_money() -> None:
    day = {"d": "2026-11-20", "FXUSDCAD": {"v": "1.25"}, "FXCADUSD": {"v": "0.8"}, "FXEURCAD": {"v": "1.5"}}
    rows = rows_of("bank_of_canada.rates", {"observations": [day]})
    assert [(row.currency, row.usd_per_unit) for row in rows] == [("CAD", 0.8), ("EUR", 1.2)]


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (("0.0523", "-0.0291"), [5.23, -2.91]),
        (("5.23", "-2.91"), [5.23, -2.91]),
        (("5.23",), [5.23]),
        (("1.5", "0.01", "n/a", None), [150, 1, None, None]),
        ((), []),
    ],
)
def test_the_changes_of_gemini_are_fractions_or_percent_as_most_of_them_can_be(
    said: tuple[str | None, ...], changes: list[float | None]
) -> None:
    feed = [
        {"pair": f"{coin}USD", "price": "1", "percentChange24h": one} for coin, one in zip("ABCD", said, strict=False)
    ]
    assert [row.change_percent for row in rows_of("gemini.pricefeed", feed)] == changes
