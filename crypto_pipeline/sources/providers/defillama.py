"""DefiLlama: value locked, stablecoins, volumes, fees and yields of decentralised finance, prices. https://api-docs.defillama.com

Each kind of data has a host of its own; rows name one source, defillama. Answers are long, so the largest entries are kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from crypto_pipeline.schema.rows import Defi, Number, Price, Row, Time
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    Whole,
    each,
    get,
    is_past,
    number,
    number_or_none,
    present,
    reject_unless,
)
from crypto_pipeline.sources.symbols import COINGECKO_IDS, SYMBOL_OF_COINGECKO_ID

DOCS = "https://api-docs.defillama.com"

defillama = Provider("defillama", "https://api.llama.fi", docs=DOCS)
defillama_stablecoins = Provider("defillama_stablecoins", "https://stablecoins.llama.fi", docs=DOCS, source="defillama")
defillama_coins = Provider("defillama_coins", "https://coins.llama.fi", docs=DOCS, source="defillama")
defillama_yields = Provider("defillama_yields", "https://yields.llama.fi", docs=DOCS, source="defillama")

CHAINS_KEPT = 60
PROTOCOLS_KEPT = 60
STABLECOINS_KEPT = 30
PEG_DECIMALS = 6
PEGGED_TO_THE_DOLLAR: Mapping[str, str] = {
    "tether": "USDT",
    "usd-coin": "USDC",
    "dai": "DAI",
    "usds": "USDS",
    "ethena-usde": "USDE",
    "first-digital-usd": "FDUSD",
    "paypal-usd": "PYUSD",
    "ripple-usd": "RLUSD",
    "true-usd": "TUSD",
    "frax": "FRAX",
    "binance-usd": "BUSD",
    "terrausd": "USTC",
}
"""Coins whose distance from a dollar is told day by day, those that lost it included."""
LEAST_POOL_USD = 10_000_000
COINS_PER_REQUEST = 50
LEAST_CONFIDENCE = 0.9

NOT_DEFI = frozenset({"CEX", "Chain"})
"""Categories of what holds money for others and is no protocol: exchanges, bridges that are the chain itself."""

WITHOUT_CHARTS = {"excludeTotalDataChart": "true", "excludeTotalDataChartBreakdown": "true"}
"""Without these an answer is tens of megabytes."""


def _largest(rows: Rows, count: int) -> Rows:
    """The rows with the largest values, and every entry that could not be read."""
    made = list(rows)
    readable = [row for row in made if isinstance(row, Defi)]
    yield from (row for row in made if not isinstance(row, Defi))
    yield from sorted(readable, key=lambda row: -number(row.value))[:count]


@defillama.endpoint(Defi, "/v2/chains", cadence=15, history=Whole(path="/v2/historicalChainTvl", since="2017-09-27"))
def chains(payload: Payload) -> Rows:
    """[{"gecko_id": "ethereum", "tvl": 65998652431.4, "tokenSymbol": "ETH", "cmcId": "1027", "name": "Ethereum", "chainId": 1}]

    The total is that of all chains, not only of the largest, and is told where each of them can be read; a new
    one has neither id nor value. Its past is [{"date": 1795392000, "tvl": 129600000000.5}], a day each.
    """
    if any("date" in chain for chain in present(payload)):
        yield from each(payload, partial(_locked, "total"))
        return
    made = list(each(payload, lambda chain: Defi("tvl", chain["name"], number(chain["tvl"]))))
    yield from _largest(made, CHAINS_KEPT)
    read = [row for row in made if isinstance(row, Defi)]
    if read and len(read) == sum(not _is_new(chain) for chain in present(payload)):
        yield Defi("tvl", "total", sum(number(row.value) for row in dict.fromkeys(read)))


def _is_new(chain: Payload) -> bool:
    """A chain of which nothing is known yet: it has no coin that is traded, and null is locked there."""
    return isinstance(chain, dict) and chain.get("gecko_id") is None and chain.get("tvl", 0) is None


CHARTED_CHAINS = (
    "Ethereum", "Solana", "BSC", "Tron", "Bitcoin", "Base", "Arbitrum", "Avalanche", "Sui", "Polygon", "Optimism",
)  # fmt: skip
"""Chains whose past is asked for, one request each."""
CHARTED_STABLECOINS = {"USDT": "1", "USDC": "2", "DAI": "5"}
"""By symbol their number there."""
DAYS_READ = 3
"""Of a chart that always holds all years, where the past was not asked for."""
CHARTS_ARE_WHOLE = "Its whole history; the newest days are read where it is not the past that was asked for."


def _newest(chart: Payload, spec: RequestSpec) -> list[Payload]:
    days = present(chart)
    return days if is_past(spec) else days[-DAYS_READ:]


def _charted_chains(context: Context) -> Iterator[RequestSpec]:
    for chain in CHARTED_CHAINS:
        yield RequestSpec(chain, values={"chain": chain})


@defillama.endpoint(
    Defi,
    "/v2/historicalChainTvl/{chain}",
    requests=_charted_chains,
    cadence=1440,
    quirks=CHARTS_ARE_WHOLE,
    history=Whole(since="2017-09-27"),
)
def chain_history(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"date": 1795305600, "tvl": 130100000000.25}, {"date": 1795392000, "tvl": 129600000000.5}]

    One entry a day, oldest first. What is deposited twice (borrowed, staked again) is counted once.
    """
    return each(_newest(payload, spec), lambda day: _locked(spec.values["chain"], day))


def _locked(entity: str, day: Payload) -> Defi:
    return Defi("tvl", entity, day["tvl"], timestamp=day["date"])


@defillama.endpoint(Defi, "/protocols", cadence=60, quirks="Five to ten megabytes.")
def protocols(payload: Payload) -> Rows:
    """[{"id": "2269", "name": "Aave V3", "slug": "aave-v3", "symbol": "AAVE", "category": "Lending",
    "chains": ["Ethereum"], "tvl": 15000000000.1, "chainTvls": {"Ethereum": 12000000000.1, "borrowed": 9000000000}, ...}]
    """
    return _largest(each(payload, _protocol), PROTOCOLS_KEPT)


def _protocol(protocol: Payload) -> Defi | None:
    if protocol["category"] in NOT_DEFI or protocol["tvl"] is None:
        return None
    return Defi("tvl", protocol["name"], number(protocol["tvl"]))


CHART = {"excludeTotalDataChart": "false"}
"""What is asked for where the past is wanted: the totals of all days, without their parts."""
DAY = 86_400


@defillama.endpoint(Defi, get("/overview/dexs", WITHOUT_CHARTS), cadence=60, history=Whole(CHART, since="2016-08-14"))
def dex_volumes(payload: Payload) -> Rows:
    """{"total24h": 7000000000, "change_1d": 5.0, "protocols": [{"name": "Uniswap V3", "slug": "uniswap-v3",
    "category": "Dexs", "total24h": 1500000000, ...}], ...}

    total24h is dollars traded in 24 hours, null where an adapter is new or broken. With its chart: "totalDataChart":
    [[1795305600, 6900000000], [1795392000, 7100000000]], the day that began then.
    """
    return _totals(payload, "dex_volume_24h")


@defillama.endpoint(
    Defi,
    get("/overview/fees", {**WITHOUT_CHARTS, "dataType": "dailyFees"}),
    cadence=360,
    history=Whole(CHART, since="2011-02-02", doubt="Its first day was read in public code."),
)
def fees(payload: Payload) -> Rows:
    """{"total24h": 80000000, "change_1d": 1.5, "protocols": [{"name": "Tether", "slug": "tether",
    "category": "Stablecoin Issuer", "total24h": 20000000, ...}], ...}
    """
    return _totals(payload, "fees_24h")


@defillama.endpoint(Defi, get("/overview/open-interest", WITHOUT_CHARTS), cadence=60)
def perpetuals_open_interest(payload: Payload) -> Rows:
    """{"total24h": 20000000000, "total7d": 130000000000, "change_1d": 3.6, "protocols": [
    {"name": "Hyperliquid Perps", "slug": "hyperliquid-perps", "total24h": 14304709847, ...}], ...}

    total24h is the present level here; total7d is a sum of daily levels and means nothing.
    """
    return _totals(payload, "perpetuals_open_interest")


def _totals(payload: Payload, metric_name: str) -> Rows:
    """The newest total and those of the largest protocols, and where the answer has its chart the total of each day."""
    chart = present(payload.get("totalDataChart") or [])
    yield from each(chart, lambda day: Defi(metric_name, "total", day[1], timestamp=number(day[0]) + DAY))

    def protocol(entry: Payload) -> Defi | None:
        if entry["total24h"] is None:
            return None
        return Defi(metric_name, entry["name"], number(entry["total24h"]))

    yield Defi(metric_name, "total", payload.get("total24h"))
    yield from _largest(each(payload.get("protocols", []), protocol), PROTOCOLS_KEPT)


@defillama_stablecoins.endpoint(Defi, "/stablecoins", includePrices="true", cadence=60)
def stablecoins(payload: Payload) -> Rows:
    """{"peggedAssets": [{"id": "1", "name": "Tether", "symbol": "USDT", "pegType": "peggedUSD", "price": 1.0001,
    "circulating": {"peggedUSD": 180000000000.1}, "chainCirculating": {...}, ...}], "chains": [...]}

    circulating counts units of the peg; a coin of another peg than the dollar is worth units times price.
    """
    circulating = list(_largest(each(payload["peggedAssets"], _stablecoin), STABLECOINS_KEPT))
    yield from circulating
    kept = {row.entity: row.value for row in reversed(circulating) if isinstance(row, Defi)}
    deviations = each(payload["peggedAssets"], partial(_deviation, kept))
    yield from (row for row in deviations if isinstance(row, Defi))  # what cannot be read was told above


def _deviation(kept: Mapping[str, Number], asset: Payload) -> Defi | None:
    """How far one of the coins that are kept is from its dollar. Of two with one symbol the larger one has the name."""
    circulating = _stablecoin(asset)
    if circulating is None or kept.get(circulating.entity) != circulating.value:
        return None
    price = asset.get("price")
    if asset["pegType"] != "peggedUSD" or price is None:
        return None
    return _off_the_dollar(circulating.entity, price)


def _off_the_dollar(symbol: str, price: Number, at: Time = None) -> Defi | None:
    """None where the price is 0, which is one that nobody knows."""
    if number(price) == 0:
        return None
    percent = round((number(price) - 1) * 100, PEG_DECIMALS)
    return Defi("stablecoin_peg_deviation", symbol, percent, "percent", timestamp=at)


def _stablecoin(asset: Payload) -> Defi | None:
    units = asset["circulating"][asset["pegType"]]
    price = 1.0 if asset["pegType"] == "peggedUSD" else asset["price"]
    if units is None or price is None or number(price) == 0:
        return None
    return Defi("stablecoin_circulating", asset["symbol"], number(units) * number(price))


@defillama_stablecoins.endpoint(Defi, "/stablecoinchains", cadence=60)
def stablecoin_chains(payload: Payload) -> Rows:
    """[{"gecko_id": "ethereum", "totalCirculatingUSD": {"peggedUSD": 170000000000.0, "peggedEUR": 300000000.0},
    "tokenSymbol": "ETH", "name": "Ethereum"}]

    The dollar value of all stablecoins on a chain.
    """
    return _largest(each(payload, _stablecoins_on_chain), CHAINS_KEPT)


def _stablecoins_on_chain(chain: Payload) -> Defi | None:
    if not chain["totalCirculatingUSD"]:
        return None
    return Defi("stablecoins_on_chain", chain["name"], _sum(chain["totalCirculatingUSD"].values()))


@defillama_stablecoins.endpoint(
    Defi,
    "/stablecoincharts/all",
    cadence=360,
    quirks="The whole history since 2017.",
    history=Whole(since="2017-11-29"),
)
def stablecoin_total(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"date": "1795392000", "totalCirculating": {"peggedUSD": 299000000000.1},
    "totalCirculatingUSD": {"peggedUSD": 299100000000.1, "peggedEUR": 700000000.0}, ...}]

    One entry a day, oldest first; only the newest is read where it is not the past that was asked for.
    """
    days = present(payload)
    return each(days if is_past(spec) else days[-1:], _day_of_stablecoins)


def _charted_stablecoins(context: Context) -> Iterator[RequestSpec]:
    for symbol, number_there in CHARTED_STABLECOINS.items():
        yield RequestSpec(symbol, values={"coin": symbol}, params={"stablecoin": number_there})


@defillama_stablecoins.endpoint(
    Defi,
    "/stablecoincharts/all",
    requests=_charted_stablecoins,
    cadence=1440,
    quirks=CHARTS_ARE_WHOLE,
    history=Whole(since="2017-11-29"),
)
def stablecoin_history(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"date": "1795392000", "totalCirculating": {"peggedUSD": 184000000000.1}, "totalCirculatingUSD": {"peggedUSD":
    184018400000.1}, ...}]

    Of one coin, on all chains. One entry a day, oldest first.
    """
    return each(_newest(payload, spec), lambda day: _supply("stablecoin_circulating", spec.values["coin"], day))


def _stablecoin_chains(context: Context) -> Iterator[RequestSpec]:
    for chain in CHARTED_CHAINS:
        if chain != "Bitcoin":
            yield RequestSpec(chain, values={"chain": chain})


@defillama_stablecoins.endpoint(
    Defi,
    "/stablecoincharts/{chain}",
    requests=_stablecoin_chains,
    cadence=1440,
    quirks=CHARTS_ARE_WHOLE,
    history=Whole(since="2017-11-29"),
)
def stablecoins_on_chain_history(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"date": "1795392000", "totalCirculatingUSD": {"peggedUSD": 170000000000.0, "peggedEUR": 300000000.0}, ...}]

    All stablecoins on one chain. One entry a day, oldest first.
    """
    return each(_newest(payload, spec), lambda day: _supply("stablecoins_on_chain", spec.values["chain"], day))


def _supply(metric_name: str, entity: str, day: Payload) -> Defi:
    return Defi(metric_name, entity, _sum(day["totalCirculatingUSD"].values()), timestamp=day["date"])


def _day_of_stablecoins(day: Payload) -> Defi:
    return _supply("stablecoin_circulating", "total", day)


@defillama_stablecoins.endpoint(
    Defi,
    "/stablecoinprices",
    cadence=360,
    quirks="The whole history of all coins, some megabytes.",
    history=Whole(since="2020-12-31"),
)
def stablecoin_prices(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"date": 1795392000, "prices": {"tether": 1.0001, "usd-coin": 0.9999, ...}}, ...]

    One entry a day, oldest first, by CoinGecko's names; only the newest is read where it is not the past that was asked for.
    """
    days = [day for day in present(payload) if (number_or_none(day.get("date")) or 0) > 0]
    return each(days if is_past(spec) else days[-1:], _day_of_prices)


def _day_of_prices(day: Payload) -> list[Row]:
    prices = day["prices"]
    deviations = (
        _off_the_dollar(symbol, prices[name], day["date"])
        for name, symbol in PEGGED_TO_THE_DOLLAR.items()
        if prices.get(name) is not None
    )
    return [deviation for deviation in deviations if deviation is not None]


def _sum(values: Iterable[object]) -> float:
    """Dollars of all pegs together. ValueError where there is none: then nobody knows how many, and it is not nothing."""
    dollars = [number(value) for value in values]
    if not dollars:
        raise ValueError("it holds no amount")
    return sum(dollars)


def _tracked_coins(context: Context) -> Iterator[RequestSpec]:
    ids = context.universe.coingecko_ids
    for start in range(0, len(ids), COINS_PER_REQUEST):
        named = ",".join(f"coingecko:{coin_id}" for coin_id in ids[start : start + COINS_PER_REQUEST])
        yield RequestSpec(f"coins from {start}", values={"coins": named})


@defillama_coins.endpoint(Price, "/prices/current/{coins}", requests=_tracked_coins, searchWidth="4h")
def prices(payload: Payload) -> Rows:
    """{"coins": {"coingecko:bitcoin": {"price": 90500.5, "symbol": "BTC", "timestamp": 1795435140, "confidence": 0.99}}}

    Coins without a price are left out. Prices of little confidence are passed over.
    """
    return each(payload["coins"].items(), _price)


def _price(key: str, price: Payload) -> Price | None:
    symbol = SYMBOL_OF_COINGECKO_ID.get(key.removeprefix("coingecko:"))
    if symbol is None or number(price.get("confidence", 1)) < LEAST_CONFIDENCE:
        return None
    return Price(symbol, price_usd=price["price"], timestamp=price.get("timestamp"))


def _charted_coins(context: Context) -> Iterator[RequestSpec]:
    charted = [f"coingecko:{COINGECKO_IDS[symbol]}" for symbol in ("BTC", "ETH") if symbol in context.universe]
    if charted:
        yield RequestSpec("coins", values={"coins": ",".join(charted)})


@defillama_coins.endpoint(
    Price,
    "/chart/{coins}",
    requests=_charted_coins,
    cadence=60,
    answer=Expected(stale_after_minutes=180),
    quirks="Closing prices, from which no candle can be made; of them the newest is read.",
    span=24,
    period="1h",
    searchWidth=600,
)
def chart(payload: Payload) -> Rows:
    """{"coins": {"coingecko:bitcoin": {"symbol": "BTC", "confidence": 0.99, "prices": [
    {"timestamp": 1795431600, "price": 90400.1}, {"timestamp": 1795435200, "price": 90500.5}]}}}

    Oldest first.
    """
    return each(payload["coins"].items(), lambda key, coin: _price(key, {**coin, **present(coin["prices"])[-1]}))


@defillama_yields.endpoint(Defi, "/pools", cadence=360, quirks="Ten megabytes and more.")
def yields(payload: Payload) -> Rows:
    """{"status": "success", "data": [{"chain": "Ethereum", "project": "lido", "symbol": "STETH", "tvlUsd": 32493036117,
    "apyBase": 2.84, "apyReward": null, "apy": 2.84, "pool": "747c1d2a-c668-4682-b9f9-296708a3dd90", ...}]}

    apy is percent a year. Small pools promise anything; those that hold ten millions are kept.
    """
    reject_unless(payload, "status", "success")
    return each(payload["data"], _yield)


def _yield(pool: Payload) -> Defi | None:
    if number(pool["tvlUsd"]) < LEAST_POOL_USD or pool["apy"] is None:
        return None
    return Defi("apy", f"{pool['project']} {pool['symbol']} {pool['chain']} {pool['pool']}", pool["apy"], "percent")
