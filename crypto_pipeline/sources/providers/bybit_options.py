"""Bybit: options. https://bybit-exchange.github.io/docs/v5/market/tickers"""

from crypto_pipeline.schema.rows import Option
from crypto_pipeline.sources.formats.options import named_option
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    reject,
    reject_unless,
    scaled,
)

bybit_options = Provider(
    "bybit_options",
    "https://api.bybit.com/v5/market",
    source="bybit",
    docs="https://bybit-exchange.github.io/docs/v5/market/tickers",
    too_often=('"retCode":10006', '"retCode":10018'),
    budget=Budget(600, 5),
    never_from=("us", "cn"),  # https://bybit-exchange.github.io/docs/v5/guide
    quirks="Contracts that are paid in USDC and in USDT are counted together. Its documentation: addresses in the United States and mainland China get 403.",
)

COINS = ("BTC", "ETH")


def _coins(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin}, params={"baseCoin": coin})
        for coin in COINS
        if coin in context.universe
    ]


@bybit_options.endpoint(Option, "/tickers", name="options", requests=_coins, cadence=15, category="option")
def tickers(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "option", "list": [{"symbol": "BTC-25DEC26-90000-C-USDT",
    "markPrice": "4300.1", "indexPrice": "90510.1", "markIv": "0.452", "underlyingPrice": "91204.8", "openInterest": "120.5",
    "volume24h": "8.5", "turnover24h": "774000", "delta": "0.55", ...}]}, "time": 1795435200000}

    A contract holds one coin: open interest and volume are coins. markIv is a fraction of one a year, underlyingPrice a
    forward.
    """
    reject_unless(payload, "retCode", 0)
    result, said_at = payload["result"], payload.get("time")
    if (result.get("category") or "option") != "option":
        reject(f"contracts of category {result['category']} came")

    def option(ticker: Payload) -> Option | None:
        named = named_option(ticker["symbol"])
        if named is None:
            return None
        return Option(
            named.coin,
            ticker["symbol"],
            named.expiry.timestamp(),
            named.strike,
            named.side,
            underlying_price=ticker.get("underlyingPrice"),
            mark_iv=scaled(ticker.get("markIv"), 100),
            open_interest=ticker.get("openInterest"),
            volume_24h=ticker.get("volume24h"),
            timestamp=said_at,
        )

    return each(result["list"], option)
