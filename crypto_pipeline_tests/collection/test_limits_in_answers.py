"""Each provider declares how it says "too often" inside an answer; here is what they say."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.endpoint_order import too_often_marks
from crypto_pipeline.collection.http.too_often import says_too_often
from crypto_pipeline.replay.recorded import Recordings
from crypto_pipeline.sources.kit import discover

SAYINGS = {
    "kraken": b'{"error":["EAPI:Rate limit exceeded"]}',
    "kraken_perpetuals": b'{"result":"error","error":"apiLimitExceeded","serverTime":"2026-11-28T10:00:00.000Z"}',
    "etherscan": b'{"status":"0","message":"NOTOK","result":"Max rate limit reached, please use API Key for higher rate limit"}',
    "coingecko": b'{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit."}}',
    "bybit": b'{"retCode":10006,"retMsg":"Too many visits. Exceeded the API Rate Limit.","result":{},"time":1764320400000}',
    "okx": b'{"code":"50011","data":[],"msg":"Too Many Requests"}',
    "binance": b'{"code":-1003,"msg":"Too much request weight used; current limit is 6000 request weight per 1 MINUTE."}',
    "binance_futures": b'{"code": -1003, "msg": "Way too many requests; IP banned until 1764320400000."}',
    "kucoin": b'{"code":"429000","msg":"Too many requests in a short period of time, please retry later"}',
    "htx": b'{"status":"error","err-code":"too-many-request","err-msg":"exceeded rate limit","data":null}',
    "htx_perpetuals": b'{"status":"error","err_code":1032,"err_msg":"The number of access exceeded the limit."}',
    "gate": b'{"label":"TOO_MANY_REQUESTS","message":"Request Rate limit Exceeded (310000)"}',
    "gdelt": b"Please limit requests to one every 5 seconds or contact the GDELT project for larger queries.",
    "bitfinex": b'["error",11010,"ratelimit: error"]',
    "bitget": b'{"code":"429","msg":"Too Many Requests","requestTime":1764320400000,"data":null}',
    "cryptocom": b'{"id":-1,"method":"public/get-tickers","code":10006,"message":"TOO_MANY_REQUESTS"}',
    "coinex": b'{"code":4213,"data":{},"message":"Rate limit triggered"}',
    "gemini": b'{"result":"error","reason":"RateLimit","message":"Requests were made too frequently"}',
    "mexc": b'{"code":510,"msg":"Excessive frequency of requests"}',
    "deribit_prices": b'{"jsonrpc":"2.0","error":{"message":"too_many_requests","code":10028}}',
    "coinbase_exchange": b'{"message":"Public rate limit exceeded"}',
    "coinmarketcap": b'{"status":{"error_code":"1008","error_message":"You\'ve exceeded your API Key\'s HTTP request rate limit."}}',
    "blockcypher": b'{"error":"Limits reached."}',
    "stackexchange": b'{"error_id":502,"error_message":"too many requests from this IP","error_name":"throttle_violation"}',
    "trongrid": b'{"Success":false,"Error":"The key exceeds the frequency limit(15), and the query server is suspended for 30s"}',
    "toncenter": b'{"ok":false,"result":"Ratelimit exceed","code":429}',
    "solana": b'{"jsonrpc":"2.0","error":{"code": 429, "message":"Too many requests for a specific RPC call"},"id":1}',
    "publicnode_ethereum": b'{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}',
    "drpc_ethereum": b'{"jsonrpc":"2.0","id":1,"error":{"code":-32029,"message":"Too Many Requests"}}',
    "digifinex": b'{"code":10005}',
    "bitkub": b'{"error":11,"message":"Requests are too frequent"}',
    "luno": b'{"error":"API call frequency exceeded"}',
    "xrpl_cluster": b'{"result":{"error":"slowDown","error_code":10,"status":"error"}}',
}
BY_PROVIDER = {endpoint.provider.name: endpoint for endpoint in discover()}
HARMLESS = [
    ("solana", b'{"jsonrpc":"2.0","error":{"code":-32005,"message":"Node is behind by 42 slots"},"id":1}'),
    ("kraken", b'{"error":["EQuery:Unknown asset pair"]}'),
    ("okx", b'{"code":"51001","data":[],"msg":"Instrument ID does not exist"}'),
    ("binance", b'{"code":-1121,"msg":"Invalid symbol."}'),
]


@pytest.mark.parametrize("name", SAYINGS)
def test_a_provider_is_understood_when_it_says_that_it_was_asked_too_often(name: str) -> None:
    assert says_too_often(SAYINGS[name], too_often_marks(BY_PROVIDER[name]))


@pytest.mark.parametrize(("name", "body"), HARMLESS)
def test_another_error_is_not_taken_for_it(name: str, body: bytes) -> None:
    assert not says_too_often(body, too_often_marks(BY_PROVIDER[name]))


def test_no_good_answer_is_taken_for_it() -> None:
    recordings = Recordings()
    recorded = [one for endpoint in discover() if (one := recordings.of(endpoint))]
    assert recorded
    assert [one.endpoint.id for one in recorded if says_too_often(one.body, too_often_marks(one.endpoint))] == []


def test_every_mark_is_a_text_of_some_length() -> None:
    marks = [mark for endpoint in discover() for mark in too_often_marks(endpoint)]
    assert min(map(len, marks)) >= len('"code":429')
