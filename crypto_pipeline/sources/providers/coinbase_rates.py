"""Coinbase: exchange rates of ordinary money, spot prices. https://docs.cdp.coinbase.com/coinbase-app/track-apis/exchange-rates"""

from crypto_pipeline.schema.rows import Price, Rate
from crypto_pipeline.sources.formats.exchange_rates import in_dollars
from crypto_pipeline.sources.kit import (
    Budget,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
)
from crypto_pipeline.sources.symbols import FIAT

coinbase_rates = Provider(
    "coinbase_rates",
    "https://api.coinbase.com/v2",
    docs="https://docs.cdp.coinbase.com/coinbase-app/track-apis/exchange-rates",
    too_often=("rate_limit_exceeded",),
    budget=Budget(20, 2),
)


@coinbase_rates.endpoint(Rate, "/exchange-rates", currency="USD", cadence=60)
def rates(payload: Payload) -> Rows:
    """{"data": {"currency": "USD", "rates": {"EUR": "0.862", "KRW": "1465.1", "BTC": "0.0000110497"}}}

    Units for one of currency. Coins are in the same list and are passed over: their prices are read elsewhere.
    """
    data = payload["data"]
    return in_dollars(data["rates"], base=data.get("currency"), only=FIAT)


@coinbase_rates.endpoint(
    Price,
    "/prices/{pair}/spot",
    requests=lambda context: [
        RequestSpec(symbol, values={"pair": f"{symbol}-USD"})
        for symbol in ("BTC", "ETH", "SOL")
        if symbol in context.universe
    ],
    docs="https://docs.cdp.coinbase.com/coinbase-app/track-apis/prices",
)
def spot(payload: Payload) -> Rows:
    """{"data": {"amount": "90500.505", "base": "BTC", "currency": "USD"}}"""
    about(payload["data"].get("currency"), "USD")
    return [Price(payload["data"]["base"], price_usd=payload["data"].get("amount"))]
