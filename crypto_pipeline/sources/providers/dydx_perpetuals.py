"""dYdX: prices, candles, funding and open interest of its perpetuals. https://docs.dydx.xyz/indexer-client/http"""

from crypto_pipeline.schema.rows import Candle, Derivative, Funding, Quote, Row
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.funding import PAYMENTS, funding_requests
from crypto_pipeline.sources.formats.perpetuals import figures_of_one_coin, of_one_coin
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, number, scaled

dydx_perpetuals = Provider(
    "dydx_perpetuals",
    "https://indexer.dydx.trade/v4",
    docs="https://docs.dydx.xyz/indexer-client/http",
    source="dydx_perpetual",
    budget=Budget(100, 10),
    quirks="Prices are those of perpetual contracts. Funding is paid every hour.",
)


@dydx_perpetuals.endpoint((Derivative, Quote), "/perpetualMarkets")
def markets(payload: Payload) -> Rows:
    """{"markets": {"BTC-USD": {"clobPairId": "0", "ticker": "BTC-USD", "status": "ACTIVE", "oraclePrice": "90500.5",
    "priceChange24H": "-1145.1", "volume24H": "247500844.6", "nextFundingRate": "0.0000025", "openInterest": "381.7", ...}}}

    openInterest is coins, priceChange24H dollars. No last trade is told: oraclePrice is the price that counts.
    """
    return each(payload["markets"].values(), _market)


def _market(market: Payload) -> list[Row] | None:
    if market["status"] != "ACTIVE":
        return None
    coin, price = market["ticker"].removesuffix("-USD"), number(market["oraclePrice"])
    held, change = scaled(market.get("openInterest"), 1), scaled(market.get("priceChange24H"), 1)
    funding = Derivative(
        coin,
        market["ticker"],
        funding_rate=market.get("nextFundingRate"),
        funding_interval_hours=1,  # the chain pays all markets every hour
        open_interest=market.get("openInterest"),
        open_interest_usd=None if held is None else held * price,
        index_price=market.get("oraclePrice"),
        volume_24h_usd=market.get("volume24H"),
    )
    quote = Quote(
        market["ticker"],
        last=market["oraclePrice"],
        volume_quote=market.get("volume24H"),
        open=None if change is None else price - change,
        base=coin,
        quote="USD",
    )
    return [figures_of_one_coin(funding), of_one_coin(quote)]


@dydx_perpetuals.endpoint(
    Candle,
    "/candles/perpetualMarkets/{market}",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USD",
        {"1m": "1MIN", "5m": "5MINS", "15m": "15MINS", "30m": "30MINS", "1h": "1HOUR", "4h": "4HOURS", "1d": "1DAY"},
        resolution="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"fromISO": "{start_iso}", "toISO": "{end_iso}", "limit": "{size}"}, since="2023-10-26"),
    cadence=15,
    docs="https://docs.dydx.xyz/indexer-client/http#get-candles",
    limit=100,
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"candles": [{"startedAt": "2026-11-23T11:00:00.000Z", "ticker": "BTC-USD", "resolution": "1HOUR", "low": "90300",
    "high": "90600", "open": "90400", "close": "90500", "baseTokenVolume": "5.5", "usdVolume": "497000", "trades": 90, ...}]}

    Newest first.
    """
    return candles(
        payload["candles"],
        spec,
        time="startedAt",
        open="open",
        high="high",
        low="low",
        close="close",
        volume="baseTokenVolume",
        volume_quote="usdVolume",
        trades="trades",
    )


@dydx_perpetuals.endpoint(
    Funding,
    "/historicalFunding/{contract}",
    requests=funding_requests({coin: f"{coin}-USD" for coin in LARGE_COINS}.get),
    history=Pages(1000, {"effectiveBeforeOrAt": "{end_iso}", "limit": "{size}"}, since="2023-10-26", seconds=3600),
    cadence=60,
    docs="https://docs.dydx.xyz/indexer-client/http#get-historical-funding",
    quirks="Times are those of the block, some milliseconds after the hour.",
    limit=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"historicalFunding": [{"ticker": "BTC-USD", "rate": "0.0000125", "price": "90450.2", "effectiveAtHeight": "44865196",
    "effectiveAt": "2026-11-23T11:00:00.013Z"}]}

    Every hour, newest first; the rate is that of the hour. price is that of the oracle.
    """

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["ticker"], one["effectiveAt"], one["rate"], interval_hours=1)

    return each(payload["historicalFunding"], payment)
