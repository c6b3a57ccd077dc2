"""Mercado Bitcoin (Brazil), spot market. https://api.mercadobitcoin.net/api/v4/docs"""

from crypto_pipeline.sources.kit import Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

mercado = Provider(
    "mercado",
    "https://api.mercadobitcoin.net/api/v4",
    docs="https://api.mercadobitcoin.net/api/v4/docs",
    per_minute=60,
)


@mercado.endpoint(Quote, "/tickers", symbols="BTC-BRL,ETH-BRL,SOL-BRL,XRP-BRL,USDT-BRL")
def tickers(payload: Payload) -> Rows:
    """[{"pair": "BTC-BRL", "high": "490000", "low": "480000", "vol": "20.5", "last": "485000", "buy": "484900",
    "sell": "485100", "open": "482000", "date": 1795435199}]

    vol is coins, open the price 24 hours ago. USDT-BRL is asked for because it turns reals into dollars.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["pair"],
        last=ticker["last"],
        volume_base=ticker["vol"],
        open=ticker["open"],
        high=ticker["high"],
        low=ticker["low"],
        timestamp=ticker["date"],
    )
