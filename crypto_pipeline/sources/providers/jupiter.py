"""Jupiter: prices of Solana's tokens. https://developers.jup.ag/docs/price"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Key, Payload, Provider, Rows, each

MINTS = {
    "So11111111111111111111111111111111111111112": "SOL",
    "JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN": "JUP",
    "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263": "BONK",
    "EKpQGSJtjMFqKZ9KQanSqYXRcF8fBopzLHYxdM65zcjm": "WIF",
    "4k3Dyjzvzp8eMZWUXbBCjEvwSkkk59S5iCNLY3QrkX6R": "RAY",
}
"""Tokens by the address of their mint; at most 50 a request."""

jupiter = Provider(
    "jupiter",
    "https://api.jup.ag",
    docs="https://developers.jup.ag/docs/price",
    per_minute=30,
    key=Key("JUPITER_API_KEY", header="x-api-key"),
)


@jupiter.endpoint(Price, "/price/v3", ids=",".join(MINTS))
def prices(payload: Payload) -> Rows:
    """{"So11111111111111111111111111111111111111112": {"createdAt": "2024-06-05T08:55:25.527Z", "liquidity": 621679197.6,
    "usdPrice": 140.05, "blockId": 348004023, "decimals": 9, "priceChange24h": 2.4}}

    Tokens without a price are left out. liquidity is not volume.
    """
    return each(payload.items(), _price)


def _price(mint: str, token: Payload) -> Price | None:
    if mint not in MINTS:
        return None
    return Price(MINTS[mint], price_usd=token["usdPrice"], price_change_24h=token.get("priceChange24h"))
