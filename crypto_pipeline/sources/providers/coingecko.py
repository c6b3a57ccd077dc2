"""CoinGecko: prices, candles, totals, attention. https://docs.coingecko.com/reference/introduction"""

from collections.abc import Iterator

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import Candle, CoinName, Defi, Derivative, Metric, Number, Overview, Price, Rate
from crypto_pipeline.sources.formats.candles import steps_between
from crypto_pipeline.sources.formats.perpetuals import figures_of_one_coin
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Key,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
    each,
    number,
    number_or_none,
    present,
    quotient,
    reject,
    scaled,
)
from crypto_pipeline.sources.symbols import COINGECKO_IDS, FIAT, SYMBOL_OF_COINGECKO_ID, coin

coingecko = Provider(
    "coingecko",
    "https://api.coingecko.com/api/v3",
    docs="https://docs.coingecko.com/reference/introduction",
    too_often=('"error_code":429', "exceeded the rate limit"),
    per_minute=5,
    key=Key("COINGECKO_DEMO_API_KEY", header="x-cg-demo-api-key"),
    quirks="Without a key about five requests a minute pass before 429; a demo key has 10,000 calls a month.",
)
"""Two endpoints are asked every five minutes and the totals every fifteen. All others take turns with what is left of a
minute: their least interval is an hour or more, and the collection asks them after those of a shorter one."""

IDS_PER_REQUEST = 250
HALF_AN_HOUR_MS = 1_800_000
FEWEST_BITCOINS, MOST_BITCOINS = 15e6, 22e6
"""There are some 20 million; a share of two digits tells it to a few percent."""


def _tracked_ids(context: Context) -> Iterator[RequestSpec]:
    ids = context.universe.coingecko_ids
    for start in range(0, len(ids), IDS_PER_REQUEST):
        yield RequestSpec(f"ids from {start}", params={"ids": ",".join(ids[start : start + IDS_PER_REQUEST])})


@coingecko.endpoint(
    Price,
    "/simple/price",
    requests=_tracked_ids,
    docs="https://docs.coingecko.com/reference/simple-price",
    vs_currencies="usd",
    include_market_cap="true",
    include_24hr_vol="true",
    include_24hr_change="true",
    include_last_updated_at="true",
)
def simple_price(payload: Payload) -> Rows:
    """{"bitcoin": {"usd": 90500.5, "usd_market_cap": 1.8e12, "usd_24h_vol": 4e10, "usd_24h_change": -1.25,
    "last_updated_at": 1795435140}}

    Unknown ids are left out; an id without data gives {}.
    """
    reject(_error(payload))
    return each(payload.items(), _price_of_id)


def _price_of_id(coin_id: str, price: Payload) -> Price | None:
    if coin_id not in SYMBOL_OF_COINGECKO_ID or price == {}:
        return None
    return Price(
        SYMBOL_OF_COINGECKO_ID[coin_id],
        price_usd=price["usd"],
        market_cap=price.get("usd_market_cap"),
        volume_24h=price.get("usd_24h_vol"),
        price_change_24h=price.get("usd_24h_change"),
        timestamp=price.get("last_updated_at"),
    )


def _large_coins(context: Context, *symbols: str) -> Iterator[RequestSpec]:
    for symbol in symbols:
        if symbol in context.universe:
            yield RequestSpec(symbol, values={"coin_id": COINGECKO_IDS[symbol], "symbol": symbol})


@coingecko.endpoint(
    Price,
    "/coins/markets",
    docs="https://docs.coingecko.com/reference/coins-markets",
    vs_currency="usd",
    order="market_cap_desc",
    per_page=100,
    page=1,
    price_change_percentage="24h",
)
def coins_markets(payload: Payload) -> Rows:
    """[{"id": "bitcoin", "symbol": "btc", "current_price": 90500, "market_cap": 1.8e12, "market_cap_rank": 1,
    "total_volume": 4e10, "high_24h": 91000, "low_24h": 89000, "price_change_24h": -1145.1,
    "price_change_percentage_24h": -1.25, "last_updated": "2026-11-23T11:59:00.000Z"}]

    price_change_24h is dollars. Symbols are not unique, ids are: a known coin's symbol counts for its own id only.
    """
    reject(_error(payload))
    return each(payload, _market)


@coingecko.endpoint(
    CoinName,
    "/coins/markets",
    docs="https://docs.coingecko.com/reference/coins-markets",
    cadence=1440,
    vs_currency="usd",
    order="market_cap_desc",
    per_page=250,
    page=1,
)
def coin_names(payload: Payload) -> Rows:
    """[{"id": "bitcoin", "symbol": "btc", "name": "Bitcoin", "image": "https://coin-images.coingecko.com/...",
    "market_cap_rank": 1, ...}]

    The list of prices once a day, for its names. Of coins with one symbol the largest is meant, and a known coin is its own id only.
    """
    reject(_error(payload))
    return each(payload, _name)


def _name(market: Payload) -> CoinName | None:
    symbol = SYMBOL_OF_COINGECKO_ID.get(market["id"])
    if symbol is None:
        symbol = market["symbol"]
        if coin(symbol) in COINGECKO_IDS:
            return None
    return CoinName(
        symbol,
        name=market["name"],
        coin_id=market["id"],
        logo=market.get("image"),
        rank=market.get("market_cap_rank"),
    )


def _market(market: Payload) -> Price | None:
    symbol = SYMBOL_OF_COINGECKO_ID.get(market["id"])
    if symbol is None:
        symbol = market["symbol"]
        if coin(symbol) in COINGECKO_IDS:
            return None
    return Price(
        symbol,
        price_usd=market.get("current_price"),
        market_cap=market.get("market_cap"),
        volume_24h=market.get("total_volume"),
        price_change_24h=market.get("price_change_percentage_24h"),
        high_24h=market.get("high_24h"),
        low_24h=market.get("low_24h"),
        timestamp=market.get("last_updated"),
        rank=market.get("market_cap_rank"),
    )


@coingecko.endpoint(
    Overview, "/global", name="global", cadence=15, docs="https://docs.coingecko.com/reference/crypto-global"
)
def global_(payload: Payload) -> Rows:
    """{"data": {"active_cryptocurrencies": 17397, "markets": 1476, "total_market_cap": {"usd": 3.1e12},
    "total_volume": {"usd": 1.1e11}, "market_cap_percentage": {"btc": 57.95, "eth": 9.58},
    "market_cap_change_percentage_24h_usd": -1.6, "updated_at": 1795435140}}
    """
    reject(_error(payload))
    data = payload["data"]
    return [
        Overview(
            total_market_cap_usd=(data.get("total_market_cap") or {}).get("usd"),
            total_volume_24h_usd=(data.get("total_volume") or {}).get("usd"),
            market_cap_change_24h=data.get("market_cap_change_percentage_24h_usd"),
            btc_dominance=(data.get("market_cap_percentage") or {}).get("btc"),
            eth_dominance=(data.get("market_cap_percentage") or {}).get("eth"),
            active_coins=data.get("active_cryptocurrencies"),
            active_markets=data.get("markets"),
            timestamp=data.get("updated_at"),
        )
    ]


@coingecko.endpoint(
    Metric,
    "/search/trending",
    cadence=60,
    answer=Expected(may_be_empty=True),
    docs="https://docs.coingecko.com/reference/trending-search",
)
def trending(payload: Payload) -> Rows:
    """{"coins": [{"item": {"id": "bonk", "name": "Bonk", "symbol": "BONK", "market_cap_rank": 103, "score": 0}}]}

    score is the place in the list, from 0. Only the coins of COINGECKO_IDS are kept: most others are gone in a week.
    """
    reject(_error(payload))
    return each(payload["coins"], _trend)


def _trend(entry: Payload) -> Metric | None:
    item = entry["item"]
    symbol = SYMBOL_OF_COINGECKO_ID.get(item["id"])
    if symbol is None:
        return None
    return Metric(f"trending_rank_{symbol.lower()}", number(item["score"]) + 1, "rank, 1 is hottest", item.get("name"))


@coingecko.endpoint(
    Metric,
    "/coins/{coin_id}",
    requests=lambda context: _large_coins(context, "BTC", "ETH"),
    cadence=360,
    docs="https://docs.coingecko.com/reference/coins-id",
    localization="false",
    tickers="false",
    market_data="false",
    community_data="true",
    developer_data="true",
    sparkline="false",
)
def coin_details(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": "bitcoin", "sentiment_votes_up_percentage": 84.07, "watchlist_portfolio_users": 1541900,
    "community_data": {"reddit_subscribers": 0}, "developer_data": {"commit_count_4_weeks": 108},
    "last_updated": "2026-11-23T11:59:00.000Z"}

    Votes are null for many coins. Reddit members are 0 where they are no longer counted.
    """
    reject(_error(payload))
    about(payload.get("id"), spec.values["coin_id"])
    suffix = spec.values["symbol"].lower()
    measured = (
        ("sentiment_votes_up", payload.get("sentiment_votes_up_percentage"), "percent"),
        ("watchlist_users", payload.get("watchlist_portfolio_users"), "count"),
        ("commits_4_weeks", (payload.get("developer_data") or {}).get("commit_count_4_weeks"), "count"),
        ("reddit_subscribers", _counted(payload, "reddit_subscribers"), "count"),
    )
    return [
        Metric(f"{name}_{suffix}", value, unit, timestamp=payload.get("last_updated"))
        for name, value, unit in measured
        if value is not None
    ]


def _counted(payload: Payload, name: str) -> float | None:
    """A figure of the community; None where it is 0, which is what is no longer counted."""
    return scaled((payload.get("community_data") or {}).get(name), 1) or None


@coingecko.endpoint(
    Defi,
    "/global/decentralized_finance_defi",
    cadence=360,
    docs="https://docs.coingecko.com/reference/global-defi",
)
def global_defi(payload: Payload) -> Rows:
    """{"data": {"defi_market_cap": "93264745839.1", "eth_market_cap": "368000000000.1", "defi_to_eth_ratio": "37.16",
    "trading_volume_24h": "3779246981.7", "defi_dominance": "3.55"}}

    The ratio and the dominance are percent.
    """
    reject(_error(payload))
    data = payload["data"]
    return [
        Defi("defi_market_cap", "all", data.get("defi_market_cap")),
        Defi("defi_volume_24h", "all", data.get("trading_volume_24h")),
        Defi("defi_dominance", "all", data.get("defi_dominance"), "percent"),
        Defi("defi_to_eth_ratio", "all", data.get("defi_to_eth_ratio"), "percent"),
    ]


@coingecko.endpoint(
    Metric,
    "/companies/public_treasury/bitcoin",
    cadence=1440,
    docs="https://docs.coingecko.com/reference/companies-public-treasury",
)
def bitcoin_treasuries(payload: Payload) -> Rows:
    """{"total_holdings": 1272129.0, "total_value_usd": 1.15e11, "market_cap_dominance": 6.06, "companies": [...]}

    market_cap_dominance is the share of all bitcoins, in percent. The answer about another coin's companies looks alike: of that there
    are more, or fewer, than there can be bitcoins.
    """
    reject(_error(payload))
    share = scaled(payload.get("market_cap_dominance"), 0.01)
    there_are = quotient(payload.get("total_holdings"), share)
    if there_are is not None and share and not FEWEST_BITCOINS <= there_are <= MOST_BITCOINS:
        raise ValueError(f"it is about a coin of which there are {there_are:.3g}")
    return [
        Metric("treasury_holdings_btc", payload.get("total_holdings"), "BTC"),
        Metric("treasury_value_btc", payload.get("total_value_usd"), "USD"),
        Metric("treasury_supply_share_btc", payload.get("market_cap_dominance"), "percent"),
    ]


@coingecko.endpoint(
    Derivative,
    "/derivatives",
    cadence=360,
    docs="https://docs.coingecko.com/reference/derivatives-tickers",
    quirks="Megabytes, and without the funding interval, which the exchanges themselves say.",
)
def derivatives(payload: Payload) -> Rows:
    """[{"market": "Binance (Futures)", "symbol": "BTCUSDT", "index_id": "BTC", "price": "90500.5", "index": 90510.1,
    "contract_type": "perpetual", "funding_rate": 0.004308, "open_interest": 7497508223.8, "volume_24h": 9623150393.3,
    "last_traded_at": 1795435140}]

    funding_rate is percent per interval, and the interval is not said.
    """
    reject(_error(payload))
    return each(payload, _contract)


def _contract(contract: Payload) -> Derivative | None:
    if contract["contract_type"] != "perpetual":
        return None
    return figures_of_one_coin(
        Derivative(
            contract["index_id"],
            f"{contract['market']} {contract['symbol']}",
            funding_rate=scaled(contract.get("funding_rate"), 0.01),
            open_interest_usd=contract.get("open_interest"),
            index_price=contract.get("index"),
            volume_24h_usd=contract.get("volume_24h"),
            timestamp=contract.get("last_traded_at"),
        )
    )


@coingecko.endpoint(Rate, "/exchange_rates", cadence=360, docs="https://docs.coingecko.com/reference/exchange-rates")
def exchange_rates(payload: Payload) -> Rows:
    """{"rates": {"btc": {"name": "Bitcoin", "unit": "BTC", "value": 1.0, "type": "crypto"},
    "usd": {"name": "US Dollar", "unit": "$", "value": 90500.5, "type": "fiat"},
    "krw": {"name": "South Korean Won", "unit": "₩", "value": 132596000.1, "type": "fiat"}}}

    Values are units for one bitcoin. Only ordinary money is kept.
    """
    reject(_error(payload))
    rates = payload["rates"]
    dollars = number(rates["usd"]["value"])

    def rate(code: str, entry: Payload) -> Rate | None:
        currency = code.upper()
        return Rate(currency, dollars / number(entry["value"])) if currency in FIAT else None

    return each(rates.items(), rate)


@coingecko.endpoint(
    Candle,
    "/coins/{coin_id}/ohlc",
    requests=lambda context: _large_coins(context, "BTC", "ETH"),
    cadence=60,
    answer=Expected(stale_after_minutes=180),
    docs="https://docs.coingecko.com/reference/coins-id-ohlc",
    quirks="Half hours only, and no volume.",
    vs_currency="usd",
    days=1,
)
def candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795433400000, 90400.0, 90600.5, 90350.0, 90500.5], [1795435200000, 90500.5, 90550.0, 90480.0, 90510.0]]

    The end of the candle, then open, high, low and close. One day has half hours; the candles of a longer time are longer,
    of 4 hours or 4 days, and the answer does not say so: their ends do.
    """
    reject(_error(payload))
    interval, length = _spacing(payload)

    def candle(fields: Payload) -> Candle:
        ends_at, opened, high, low, close = fields
        return Candle(spec.values["symbol"], interval, number(ends_at) - length, opened, high, low, close)

    return each(payload, candle)


def _spacing(entries: list[Payload]) -> tuple[str, int]:
    """The interval of candles and its length in milliseconds: as they lie; one alone is what was asked for.

    ValueError for candles of a length that there is none of.
    """
    ends = [number_or_none(entry[0]) if isinstance(entry, list) and entry else None for entry in entries]
    step = min(steps_between(ends), default=HALF_AN_HOUR_MS)
    for name, seconds in INTERVAL_SECONDS.items():
        if seconds * 1000 == step:
            return name, seconds * 1000
    raise ValueError(f"its candles lie {step / 1000:g} s apart")


@coingecko.endpoint(
    Price,
    "/coins/{coin_id}/market_chart",
    requests=lambda context: _large_coins(context, "BTC"),
    cadence=60,
    docs="https://docs.coingecko.com/reference/coins-id-market-chart",
    quirks="A price every five minutes, from which no candle can be made; of them the newest is read.",
    vs_currency="usd",
    days=1,
)
def market_chart(payload: Payload, spec: RequestSpec) -> Rows:
    """{"prices": [[1795434812345, 90400.1], [1795435112345, 90500.5]], "market_caps": [[1795434812345, 1.8e12], ...],
    "total_volumes": [[1795434812345, 4e10], ...]}

    Oldest first. Volumes are those of 24 hours.
    """
    reject(_error(payload))
    at, price = present(payload["prices"])[-1]
    market_cap, volume = (_newest(payload.get(name)) for name in ("market_caps", "total_volumes"))
    return [Price(spec.values["symbol"], price, market_cap, volume, timestamp=at)]


def _newest(series: Payload) -> Number:
    """The last value of a series; None where the answer does not have it."""
    newest: Number = present(series or [[None, None]])[-1][1]
    return newest


def _error(payload: Payload) -> object:
    """{"status": {"error_code": 429, "error_message": "..."}} or {"error": "coin not found"}"""
    if not isinstance(payload, dict):
        return None
    status = payload.get("status")
    return payload.get("error") or (status.get("error_message") if isinstance(status, dict) else None)
