"""GeckoTerminal: prices, candles and trending pools of decentralised exchanges. https://apiguide.geckoterminal.com"""

from crypto_pipeline.schema.rows import Candle, Defi, Price, Row
from crypto_pipeline.sources.formats.candles import candle_requests
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, each

geckoterminal = Provider(
    "geckoterminal",
    "https://api.geckoterminal.com/api/v2",
    docs="https://apiguide.geckoterminal.com",
    too_often=('"status":"429"', '"error_code":429'),
    per_minute=30,
    headers={"accept": "application/json;version=20230302"},
    quirks="Wrapped ether is redeemed one to one and counts as ETH.",
)

TOKENS = {"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "ETH"}
"""Tokens of Ethereum by their address, lower case as in the answer."""

POOLS = {"ETH": "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"}
"""Pools of Ethereum with a dollar coin."""
WRAPPED = {"ETH": "WETH"}


@geckoterminal.endpoint(
    Price,
    "/simple/networks/{network}/token_price/{addresses}",
    requests=lambda context: [RequestSpec("eth", values={"network": "eth", "addresses": ",".join(TOKENS)})],
    include_market_cap="true",
    include_24hr_vol="true",
    include_24hr_price_change="true",
)
def token_prices(payload: Payload) -> Rows:
    """{"data": {"id": "...", "type": "simple_token_price", "attributes": {"token_prices": {"0xc02a...6cc2": "3050.1"},
    "market_cap_usd": {"0xc02a...6cc2": null}, "h24_volume_usd": {"0xc02a...6cc2": "313441016.1"},
    "h24_price_change_percentage": {"0xc02a...6cc2": "0.83"}, "last_trade_timestamp": {"0xc02a...6cc2": "1795435140"}}}}

    The market capitalisation is the token's, not the coin's.
    """
    said = payload["data"]["attributes"]

    def price(address: str, usd: Payload) -> Price | None:
        if address not in TOKENS:
            return None
        return Price(
            TOKENS[address],
            price_usd=usd,
            volume_24h=said["h24_volume_usd"].get(address),
            price_change_24h=said["h24_price_change_percentage"].get(address),
            timestamp=(said.get("last_trade_timestamp") or {}).get(address),
        )

    return each(said["token_prices"].items(), price)


@geckoterminal.endpoint(
    Candle,
    "/networks/eth/pools/{market}/ohlcv/{length}",
    requests=candle_requests(POOLS.get, {"1h": "hour", "1d": "day"}),
    cadence=15,
    aggregate=1,
    limit=100,
    currency="usd",
)
def candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"data": {"id": "...", "type": "ohlcv_request_response", "attributes": {"ohlcv_list":
    [[1795431600, 3050.1, 3060.2, 3040.3, 3055.4, 1234567.8]]}}, "meta": {"base": {"symbol": "WETH", ...}, "quote": {"symbol": "USDC", ...}}}

    Opening time, open, high, low, close, volume in dollars; newest first, with gaps where nobody traded. The candles are those
    of the base token.
    """
    symbol, interval = spec.values["symbol"], spec.values["interval"]
    if payload["meta"]["base"]["symbol"] != WRAPPED[symbol]:
        raise ValueError(f"candles of {payload['meta']['base']['symbol']} came")

    def candle(fields: Payload) -> Candle:
        opened_at, opened, high, low, close, *volume = fields
        return Candle(
            symbol,
            interval,
            opened_at,
            opened,
            high,
            low,
            close,
            pair=spec.values["market"],
            volume_quote=volume[0] if volume else None,
        )

    return each(payload["data"]["attributes"]["ohlcv_list"], candle)


@geckoterminal.endpoint(Defi, "/networks/trending_pools", cadence=15, page=1)
def trending_pools(payload: Payload) -> Rows:
    """{"data": [{"id": "base_0xec", "type": "pool", "attributes": {"name": "AAA / WETH", "address": "0xec",
    "volume_usd": {"h24": "1234567.8"}, "reserve_in_usd": "98765.4", ...}, "relationships": {...}}]}

    The network stands before the last "_" of the id. reserve_in_usd is what both sides of the pool hold together.
    """
    return each(payload["data"], _pool)


def _pool(pool: Payload) -> list[Row]:
    network, _, address = pool["id"].rpartition("_")
    facts = pool["attributes"]
    name = f"{facts['name']} {network} {address}"
    said = {
        "trending_pool_volume_24h": facts["volume_usd"]["h24"],
        "trending_pool_reserve": facts.get("reserve_in_usd"),
    }
    return [Defi(metric, name, value) for metric, value in said.items() if value is not None]
