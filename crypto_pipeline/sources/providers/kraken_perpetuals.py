"""Kraken Futures: prices, candles, funding and open interest of its perpetuals.

https://docs.kraken.com/api/docs/futures-api/trading/get-tickers
"""

from crypto_pipeline.schema.rows import Candle, DatedFuture, Derivative, Funding, Quote, Row
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.funding import funding_requests
from crypto_pipeline.sources.formats.futures import named_future
from crypto_pipeline.sources.formats.perpetuals import figures_of_one_coin, of_one_coin
from crypto_pipeline.sources.kit import (
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    Whole,
    each,
    is_missing,
    is_set,
    number,
    product,
    quotient,
    reject,
    reject_unless,
    scaled,
)
from crypto_pipeline.sources.providers.kraken import NAMES

kraken_perpetuals = Provider(
    "kraken_perpetuals",
    "https://futures.kraken.com",
    docs="https://docs.kraken.com/api/docs/futures-api/trading/get-tickers",
    too_often=("apiLimitExceeded",),
    source="kraken_perpetual",
    per_minute=60,
    aliases=NAMES,
    quirks="Prices are those of perpetual contracts. Funding is paid every hour. Contracts that are paid in coins (PI_) are passed over: their amounts are dollars.",
)

DATED = frozenset({"week", "month", "quarter", "semiannual"})
"""What contracts that end on a day are tagged with."""


@kraken_perpetuals.endpoint((Derivative, Quote, DatedFuture), "/derivatives/api/v3/tickers")
def tickers(payload: Payload) -> Rows:
    """{"result": "success", "serverTime": "2026-11-23T12:00:00.000Z", "tickers": [{"symbol": "PF_XBTUSD", "tag": "perpetual",
    "pair": "XBT:USD", "markPrice": 90500.5, "vol24h": 5000.1, "volumeQuote": 452511550.1, "openInterest": 2500.1,
    "lastTime": "2026-11-23T11:59:59.000Z", "fundingRate": 0.35, "indexPrice": 90510.1, "suspended": false, ...},
    {"symbol": "in_xbtusd", "last": 90510, "lastTime": "2026-11-23T12:00:00.000Z"}]}

    fundingRate is dollars for one coin and hour; rows without a tag are indices. FF_XBTUSD_261225 is dated, its amounts are coins.
    """
    reject_unless(payload, "result", "success")
    said_at = payload.get("serverTime")

    def contract(ticker: Payload) -> list[Row] | None:
        if ticker.get("tag") in DATED and ticker["symbol"].startswith("FF_") and not is_set(ticker.get("suspended")):
            return [_dated(ticker, said_at)]
        if (
            ticker.get("tag") != "perpetual"
            or not ticker["symbol"].startswith("PF_")
            or is_set(ticker.get("suspended"))
        ):
            return None
        symbol, currency = ticker["pair"].split(":")
        if currency != "USD":
            return None
        mark, coins = scaled(ticker.get("markPrice"), 1), scaled(ticker.get("openInterest"), 1)
        funding = Derivative(
            symbol,
            ticker["symbol"],
            funding_rate=quotient(ticker.get("fundingRate"), mark),
            funding_interval_hours=1,  # the field is dollars an hour, for every contract
            open_interest=coins,
            open_interest_usd=product(coins, mark),
            mark_price=mark,
            index_price=ticker.get("indexPrice"),
            volume_24h_usd=ticker.get("volumeQuote"),
            timestamp=said_at,
        )
        price = Quote(
            ticker["symbol"],
            last=mark if is_missing(ticker.get("last")) else ticker["last"],
            volume_base=ticker.get("vol24h"),
            volume_quote=ticker.get("volumeQuote"),
            change_percent=ticker.get("change24h"),
            open=ticker.get("open24h"),
            high=ticker.get("high24h"),
            low=ticker.get("low24h"),
            timestamp=ticker.get("lastTime") or said_at,
            base=symbol,
            quote=currency,
        )
        return [figures_of_one_coin(funding), of_one_coin(price)]

    return each(payload["tickers"], contract)


def _dated(ticker: Payload, said_at: Payload) -> DatedFuture:
    named = named_future(ticker["symbol"])
    if named is None:
        raise ValueError(f"{ticker['symbol']} does not say on which day it ends")
    mark, coins = number(ticker["markPrice"]), scaled(ticker.get("openInterest"), 1)
    return DatedFuture(
        ticker["pair"].split(":")[0],
        ticker["symbol"],
        named.expiry.timestamp(),
        mark,
        index_price=ticker.get("indexPrice"),
        open_interest=coins,
        open_interest_usd=product(coins, mark),
        volume_24h_usd=ticker.get("volumeQuote"),
        timestamp=said_at,
    )


@kraken_perpetuals.endpoint(
    Candle,
    "/api/charts/v1/trade/{market}/{length}",
    name="candles",
    requests=candle_requests(
        lambda coin: f"PF_{'XBT' if coin == 'BTC' else coin}USD",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w")},
        **{"from": "{start}", "to": "{end}"},
        kept_up=LARGE_COINS,
    ),
    history=Pages(2000, {"from": "{start}", "to": "{last}"}, since="2022-03-22"),
    cadence=15,
    docs="https://docs.kraken.com/api/docs/futures-api/charts/candles",
    quirks="Candles of perpetual contracts. It is asked in seconds and answers in milliseconds.",
)
def chart(payload: Payload, spec: RequestSpec) -> Rows:
    """{"candles": [{"time": 1795431600000, "open": "90400", "high": "90600", "low": "90300", "close": "90500",
    "volume": "5.5"}], "more_candles": false}

    Oldest first; volume is coins.
    """
    reject(payload.get("error") or payload.get("errors"))
    return candles(
        payload["candles"], spec, time="time", open="open", high="high", low="low", close="close", volume="volume"
    )


@kraken_perpetuals.endpoint(
    Funding,
    "/derivatives/api/v4/historicalfundingrates",
    requests=funding_requests(
        {coin: f"PF_{'XBT' if coin == 'BTC' else coin}USD" for coin in LARGE_COINS}.get, param="symbol"
    ),
    history=Whole(since="2022-03-22", doubt="Whether it tells all or the last year only is not documented."),
    cadence=360,
    docs="https://docs.kraken.com/api/docs/futures-api/trading/historical-funding-rates",
    quirks="An answer is everything there is, about a year of hours. Nothing in it says which contract it is of.",
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"rates": [{"timestamp": "2026-11-23T11:00:00Z", "fundingRate": 0.35, "relativeFundingRate": 3.87e-06}],
    "result": "success", "serverTime": "2026-11-23T12:00:00.000Z"}

    Every hour, oldest first. relativeFundingRate is the fraction; fundingRate is dollars for one coin.
    """
    reject_unless(payload, "result", "success")
    coin, contract = spec.values["coin"], spec.values["contract"]
    return each(
        payload["rates"],
        lambda hour: Funding(coin, contract, hour["timestamp"], hour["relativeFundingRate"], interval_hours=1),
    )
