"""How exchanges say inside a 200 that they cannot answer: each in its own way, none of it taken for an empty market."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.sources.kit import Context, Endpoint, ErrorInBody, discover
from crypto_pipeline.sources.symbols import Universe

ERRORS: dict[str, Any] = {
    "bigone.tickers": {"code": 40004, "message": "Too many requests"},
    "bingx.candles": {"code": 100204, "msg": "this symbol is not found", "data": None},
    "bingx.tickers": {"code": 100410, "msg": "rate limited", "data": {}},
    "bitbank.tickers": {"success": 0, "data": {"code": 10000}},
    "bitfinex.candles": ["error", 11010, "ratelimit: error"],
    "bitfinex.tickers": ["error", 11010, "ratelimit: error"],
    "bitflyer.ticker": {"status": -120, "error_message": "Invalid product", "data": None},
    "bitget.candles": {"code": "429", "msg": "Too many requests", "requestTime": 0, "data": None},
    "bitget.tickers": {"code": "429", "msg": "Too many requests", "requestTime": 0, "data": None},
    "bithumb.tickers": {"status": "5600", "message": "please try again"},
    "bitso.candles": {"success": False, "error": {"code": "0201", "message": "busy"}},
    "bitso.ticker": {"success": False, "error": {"code": "0201", "message": "busy"}},
    "bittrade.tickers": {"status": "error", "err-code": "system-busy", "err-msg": "busy", "ts": 0},
    "blofin_perpetuals.tickers": {"code": "152002", "msg": "busy", "data": None},
    "btcmarkets.tickers": {"code": "InvalidMarketId", "message": "invalid market id"},
    "btcturk.tickers": {"data": None, "success": False, "message": "FAILED", "code": 1000},
    "btcturk_graphs.candles": {"s": "error", "errmsg": "unknown symbol"},
    "btse.tickers": {"code": 429, "msg": "too many requests", "success": False, "data": None},
    "bybit.candles": {"retCode": 10001, "retMsg": "params error", "result": {}, "time": 0},
    "bybit.tickers": {"retCode": 10006, "retMsg": "Too many visits!", "result": {}, "time": 0},
    "cex.tickers": {"error": "Rate limit exceeded"},
    "coincheck.ticker": {"success": False, "error": "busy"},
    "coinex.tickers": {"code": 4213, "data": {}, "message": "Rate limit triggered"},
    "coinmate.tickers": {"error": True, "errorMessage": "Access denied", "data": None},
    "coinone.tickers": {"result": "error", "error_code": "4", "error_msg": "Blocked"},
    "coinspot.prices": {"status": "error", "message": "busy"},
    "coinw.tickers": {"code": "500", "data": None, "msg": "FAILED", "success": False, "failed": True},
    "cryptocom.candles": {"id": -1, "method": "public/get-candlestick", "code": 42901, "message": "Too many requests"},
    "cryptocom.tickers": {"id": -1, "method": "public/get-tickers", "code": 42901, "message": "Too many requests"},
    "deepcoin.tickers": {"code": "50", "msg": "busy", "data": None},
    "delta_perpetuals.tickers": {"success": False, "error": {"code": "busy"}, "result": None},
    "deribit_prices.candles": {
        "jsonrpc": "2.0",
        "error": {"code": 13020, "message": "instrument_not_found"},
        "usIn": 1,
        "usOut": 2,
    },
    "deribit_prices.tickers": {
        "jsonrpc": "2.0",
        "error": {"code": 10028, "message": "too_many_requests"},
        "usIn": 1,
        "usOut": 2,
    },
    "digifinex.tickers": {"code": 20003},
    "extended_perpetuals.tickers": {"status": "ERROR", "error": {"code": 429, "message": "busy"}},
    "htx.candles": {"status": "error", "err-code": "invalid-parameter", "err-msg": "invalid symbol", "data": None},
    "htx.tickers": {"status": "error", "err-code": "system-busy", "err-msg": "busy", "ts": 0},
    "korbit.tickers": {"success": False, "error": {"message": "EXCEED_TIME_WINDOW"}},
    "kraken.candles": {"error": ["EQuery:Unknown asset pair"]},
    "kraken.ticker": {"error": ["EGeneral:Too many requests"]},
    "kraken_perpetuals.tickers": {
        "result": "error",
        "error": "apiLimitExceeded",
        "serverTime": "2026-11-23T12:00:00.000Z",
    },
    "kucoin.candles": {"code": "400100", "msg": "This pair is not provided at present"},
    "kucoin.tickers": {"code": "429000", "msg": "Too many requests"},
    "lbank.candles": {"result": "false", "error_code": 10008, "ts": 0},
    "lbank.tickers": {"result": "false", "error_code": 10004, "ts": 0},
    "lighter_perpetuals.tickers": {"code": 23000, "message": "Too Many Requests"},
    "nobitex.tickers": {"status": "failed", "message": "busy"},
    "okx.candles": {"code": "51001", "msg": "Instrument ID doesn't exist", "data": []},
    "okx.tickers": {"code": "50011", "msg": "Too Many Requests", "data": []},
    "p2b.tickers": {"success": False, "errorCode": "1018", "message": "busy", "result": []},
    "paradex_perpetuals.tickers": {"error": "INTERNAL_ERROR", "message": "busy"},
    "phemex.tickers": {"error": {"code": 6001, "message": "invalid argument"}, "id": None, "result": None},
    "pionex.tickers": {"result": False, "code": "PARAMETER_ERROR", "message": "busy", "timestamp": 0},
    "wallex.tickers": {"success": False, "message": "busy", "result": {}},
    "whitebit.candles": {"success": False, "message": "ERR_NO_SUCH_MARKET", "result": []},
    "woo_perpetuals.tickers": {"success": False, "code": "-1003", "message": "Too many requests"},
    "xt.candles": {"rc": 1, "mc": "SYMBOL_001", "ma": [], "result": None},
    "xt.tickers": {"rc": 1, "mc": "COMMON_001", "ma": [], "result": None},
    "zaif.ticker": {"error": "unsupported currency_pair"},
    "zebpay.tickers": {"statusCode": 429, "statusDescription": "Too many requests", "data": None},
}


@pytest.fixture(scope="module")
def endpoints() -> dict[str, Endpoint]:
    return {endpoint.id: endpoint for endpoint in discover()}


@pytest.mark.parametrize("endpoint_id", ERRORS)
def test_an_error_inside_a_200_is_an_error(endpoint_id: str, endpoints: dict[str, Endpoint]) -> None:
    endpoint = endpoints[endpoint_id]
    ask = endpoint.requests_in(Context(Universe(), datetime(2026, 11, 23, tzinfo=timezone.utc)))[0]
    with pytest.raises(ErrorInBody):
        list(endpoint.parse(ERRORS[endpoint_id], ask))
