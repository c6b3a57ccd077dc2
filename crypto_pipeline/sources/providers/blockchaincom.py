"""Blockchain.com Exchange, spot market. https://exchange.blockchain.com/api"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

blockchaincom = Provider(
    "blockchaincom",
    "https://api.blockchain.com/v3/exchange",
    docs="https://exchange.blockchain.com/api",
    budget=Budget(2, 1),
)


@blockchaincom.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC-USD", "price_24h": 90000.0, "volume_24h": 12.5, "last_trade_price": 90500.1}]

    price_24h is the price 24 hours AGO; the volume is coins.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["last_trade_price"],
        volume_base=ticker.get("volume_24h"),
        open=ticker.get("price_24h"),
    )
