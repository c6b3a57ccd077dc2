"""DEX Screener: prices on decentralised exchanges, tokens that pay for attention. https://docs.dexscreener.com/api/reference"""

from crypto_pipeline.schema.rows import Metric, Price
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, each, get, scaled

dexscreener = Provider(
    "dexscreener",
    "https://api.dexscreener.com",
    docs="https://docs.dexscreener.com/api/reference",
    per_minute=300,
    quirks="One pool's price and volume, that of the deepest. Wrapped ether is redeemed one to one and counts as ETH.",
)

TOKENS = {
    "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "ETH",
    "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599": "WBTC",
}
"""Tokens of Ethereum by their address."""


@dexscreener.endpoint(
    Price,
    "/tokens/v1/{chain}/{addresses}",
    requests=lambda context: [RequestSpec("ethereum", values={"chain": "ethereum", "addresses": ",".join(TOKENS)})],
)
def tokens(payload: Payload) -> Rows:
    """[{"chainId": "ethereum", "dexId": "uniswap", "baseToken": {"address": "0xC02a...6Cc2", "symbol": "WETH"},
    "quoteToken": {"address": "0xA0b8...eB48", "symbol": "USDC"}, "priceUsd": "3050.10", "volume": {"h24": 100000000.1},
    "priceChange": {"h24": 0.83}, "liquidity": {"usd": 90000000.5}, "marketCap": 7000000000, ...}]

    Many pools of a token, in no order, also such as have it for a quote. The market capitalisation is the token's, not the coin's.
    """
    return each(payload, _price)


def _price(pool: Payload) -> Price | None:
    symbol = TOKENS.get(pool["baseToken"]["address"].lower())
    if symbol is None or not pool.get("priceUsd"):
        return None
    return Price(
        symbol,
        price_usd=pool["priceUsd"],
        volume_24h=pool["volume"].get("h24"),
        price_change_24h=(pool.get("priceChange") or {}).get("h24"),
        rank=scaled((pool.get("liquidity") or {}).get("usd"), -1),
    )


@dexscreener.endpoint(
    Metric,
    get("/token-boosts/top/v1", weight=5),
    cadence=15,
    quirks="Paid promotion, not interest. Of requests of this kind 60 a minute are allowed.",
)
def boosts(payload: Payload) -> Rows:
    """[{"url": "https://dexscreener.com/solana/x", "chainId": "solana", "tokenAddress": "So1...", "amount": 10,
    "totalAmount": 500, "icon": "https://...", "description": "...", "links": [...]}]

    What buyers write about their token is not read.
    """
    if not isinstance(payload, list):
        raise TypeError("no list of boosts came")
    return each(payload, _boost)


def _boost(token: Payload) -> Metric:
    chain = token["chainId"]
    return Metric(f"boost_{chain}_{token['tokenAddress']}", token["totalAmount"], "points paid for", chain)
