"""Hyperliquid perpetuals: prices, funding and open interest. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api"""

import re
from collections.abc import Iterable

from crypto_pipeline.schema.rows import Candle, Derivative, Funding, Quote, Row
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candles, span_ms
from crypto_pipeline.sources.formats.contracts import bundle, per_coin
from crypto_pipeline.sources.formats.funding import FUNDING_COINS, since_ms
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import (
    Context,
    Pages,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    Rows,
    each,
    is_missing,
    is_set,
    post,
    product,
    scaled,
)

hyperliquid = Provider(
    "hyperliquid",
    "https://api.hyperliquid.xyz",
    docs="https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals",
    too_often=("too many requests",),
    source="hyperliquid_perpetual",
    per_minute=1200,
    quirks="Prices are those of perpetual contracts. Funding is paid every hour. Contracts named kPEPE hold 1,000 coins.",
)

PRICES = "hyperliquid_prices"
IN_THOUSANDS = frozenset({"BONK", "DOGS", "FLOKI", "LUNC", "NEIRO", "PEPE", "SHIB"})
"""Coins of which a contract holds 1,000, by the names in the list of contracts (meta)."""


@hyperliquid.endpoint(
    (Derivative, Quote),
    post("/info", {"type": "metaAndAssetCtxs"}, weight=20),
    pool=PoolMember(PRICES),
)
def asset_contexts(payload: Payload) -> Rows:
    """[{"universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 40}, {"name": "OLD", ..., "isDelisted": true}]},
    [{"funding": "0.0000125", "openInterest": "25000.1", "prevDayPx": "91600.0", "dayNtlVlm": "3000000000.1",
    "premium": "0.0003", "oraclePx": "90510.0", "markPx": "90500.5", "midPx": "90500.0", "dayBaseVlm": "33149.1"}, {...}]]

    Two lists in one order. midPx lies between bid and ask and is null where one of them is missing. Prices and amounts of bundles become those of one coin.
    """
    meta, contexts = payload
    return each(list(zip(meta["universe"], contexts, strict=True)), _contract)


def _contract(asset: Payload, context: Payload) -> list[Row] | None:
    if is_set(asset.get("isDelisted")):
        return None
    symbol, size = bundle(asset["name"])
    funding = Derivative(
        symbol,
        asset["name"],
        funding_rate=context.get("funding"),
        funding_interval_hours=1,  # the chain pays all markets every hour
        open_interest=scaled(context.get("openInterest"), size),
        open_interest_usd=product(context.get("openInterest"), context.get("markPx")),
        mark_price=per_coin(context.get("markPx"), size),
        index_price=per_coin(context.get("oraclePx"), size),
        volume_24h_usd=context.get("dayNtlVlm"),
    )
    price = Quote(
        asset["name"],
        last=context["markPx"] if is_missing(context.get("midPx")) else context["midPx"],
        volume_base=context.get("dayBaseVlm"),
        volume_quote=context.get("dayNtlVlm"),
        open=context.get("prevDayPx"),
        base=asset["name"],
        quote="USD",
    )
    return [funding, of_one_coin(price)]


@hyperliquid.endpoint(
    Quote,
    post("/info", {"type": "allMids"}, weight=2),
    pool=PoolMember(PRICES, 1),
    docs="https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint",
)
def all_mids(payload: Payload) -> Rows:
    """{"BTC": "90500.5", "ETH": "3050.1", "kPEPE": "0.0095", "@1": "14.2"}

    The middle between bid and ask. @1 and PURR/USDC are spot markets.
    """
    return each(payload.items(), _mid)


_COIN = re.compile(r"k?[A-Z0-9]+")


def _mid(name: str, price: Payload) -> Row | None:
    if not _COIN.fullmatch(name):
        return None
    if not isinstance(price, str):
        raise TypeError("prices are texts here")
    return of_one_coin(Quote(name, last=price, base=name, quote="USD"))


def _candle_requests(context: Context) -> Iterable[RequestSpec]:
    for symbol in context.universe.listed:
        if symbol in LARGE_COINS or context.on_purpose:
            for interval in context.intervals:
                start, end = span_ms(context, interval)
                contract = f"k{symbol}" if symbol in IN_THOUSANDS else symbol
                request = {"coin": contract, "interval": interval, "startTime": start, "endTime": end}
                values = {"symbol": symbol, "interval": interval, "market": contract}
                yield RequestSpec(f"{symbol} {interval}", values, body={"req": request})


@hyperliquid.endpoint(
    Candle,
    post("/info", {"type": "candleSnapshot"}, weight=22),
    name="candles",
    requests=_candle_requests,
    history=Pages(
        500,
        body={"req": {"coin": "{market}", "interval": "{interval}", "startTime": "{start_ms}", "endTime": "{last_ms}"}},
        since="2023-05-01",
        reach=5000,
        weight=29,
    ),
    cadence=15,
)
def candle_snapshot(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"t": 1763996400000, "T": 1763999999999, "s": "BTC", "i": "1h", "o": "90000", "c": "90400", "h": "90800", "l": "89900",
    "v": "50.5", "n": 900}]

    Prices and volume of a contract that holds 1,000 coins are those of 1,000.
    """
    coins = 1000 if spec.values["symbol"] in IN_THOUSANDS else 1
    return candles(payload, spec, time="t", open="o", high="h", low="l", close="c", volume="v", trades="n", coins=coins)


def _funding_requests(context: Context) -> Iterable[RequestSpec]:
    for coin in FUNDING_COINS:
        if coin in context.universe:
            values = {"coin": coin, "contract": coin}
            yield RequestSpec(coin, values, body={"coin": coin, "startTime": since_ms(context, hours=1)})


@hyperliquid.endpoint(
    Funding,
    post("/info", {"type": "fundingHistory"}, weight=23),
    requests=_funding_requests,
    history=Pages(
        500,
        body={"coin": "{coin}", "startTime": "{start_ms}", "endTime": "{last_ms}"},
        since="2023-05-12",
        seconds=3600,
        weight=45,
    ),
    cadence=60,
    docs="https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-historical-funding-rates",
    quirks="It costs one more for every 20 entries that it tells. Times are some milliseconds after the hour.",
)
def funding_history(payload: Payload) -> Rows:
    """[{"coin": "ETH", "fundingRate": "0.0000125", "premium": "0.00057962", "time": 1795431600031}]

    Every hour, oldest first, from a time on; at most 500.
    """
    return each(payload, _payment)


def _payment(hour: Payload) -> Funding:
    return Funding(bundle(hour["coin"])[0], hour["coin"], hour["time"], hour["fundingRate"], interval_hours=1)
