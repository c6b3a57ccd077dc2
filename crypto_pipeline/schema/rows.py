"""What parsers yield: one type for each kind of fact, still in the source's own spelling.

Belongs here: the row types. Values may be numbers or the texts that sources send for numbers; a missing one is None.
Does not belong here: conversion and checking (collection/normalise/values.py), the tables that rows end up in (schema/tables/).

Times may be ISO 8601, RFC 822 or a unix time in seconds, milliseconds, microseconds or nanoseconds; no zone means UTC.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

Number: TypeAlias = float | int | str | None
Time: TypeAlias = float | int | str | None


class Row(Protocol):
    """What all kinds have in common: named fields. The tables that a kind feeds name it in their declarations."""

    def _asdict(self) -> dict[str, Any]: ...


class Quote(NamedTuple):
    """One market of an exchange. Prices are in the quote currency; the collection turns them into dollars."""

    pair: str
    """The exchange's own name of the market; it is split by the provider's rules unless base and quote are given."""
    last: Number
    volume_base: Number = None
    """Traded coins of the last 24 hours."""
    volume_quote: Number = None
    """Traded value of the last 24 hours, in the quote currency."""
    change_percent: Number = None
    """Change over 24 hours in percent; left out, it is computed from ``open``."""
    open: Number = None
    """Price 24 hours ago."""
    high: Number = None
    low: Number = None
    timestamp: Time = None
    base: str | None = None
    quote: str | None = None


Level: TypeAlias = tuple[Number, Number]
"""Price in the quote currency, and size in coins."""


class Book(NamedTuple):
    """The order book of one spot market, as far as the exchange sent it. Levels may come in any order."""

    pair: str
    """The exchange's own name of the market; it is split by the provider's rules unless base and quote are given."""
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    scope: Literal["book", "best"] = "book"
    """``best``: of each side the best price alone, from a list of all markets."""
    timestamp: Time = None
    base: str | None = None
    quote: str | None = None


class Price(NamedTuple):
    """One coin at a source that already speaks dollars."""

    symbol: str
    price_usd: Number
    market_cap: Number = None
    volume_24h: Number = None
    price_change_24h: Number = None
    """Percent."""
    high_24h: Number = None
    low_24h: Number = None
    timestamp: Time = None
    rank: Number = None
    """Of two rows with one symbol the smaller rank is the coin that is meant."""


class Listing(NamedTuple):
    """A market that an exchange has, has had or will have."""

    symbol: str
    market: str
    """The exchange's own name of it."""
    kind: Literal["spot", "perpetual"]
    quote: str | None
    status: Literal["trading", "announced", "halted", "delisted"] | None
    """None where the exchange's word for it is not known."""
    listed_at: Time = None
    """When it opened, or will; None where the exchange does not say."""
    delisted_at: Time = None
    timestamp: Time = None


class CoinName(NamedTuple):
    """What a source calls a coin, whatever it costs."""

    symbol: str
    name: str | None
    coin_id: str | None = None
    """The source's own id of it."""
    logo: str | None = None
    """Address of a picture at the source."""
    rank: Number = None
    """By market capitalisation at the source; the largest is 1."""


class Candle(NamedTuple):
    """One candle. Open, high, low and close are prices in ``currency``, volume is in coins.

    What was traded in money and in how many trades is left out unless the source documents it: neither is computed.
    """

    symbol: str
    interval: str
    """1m, 5m, 15m, 30m, 1h, 4h, 1d or 1w."""
    timestamp: Time
    """When the candle opened."""
    open: Number
    high: Number
    low: Number
    close: Number
    volume: Number = None
    pair: str | None = None
    currency: str = "USD"
    """ISO 4217. Dollar coins count as dollars; a market in local money says which: KRW."""
    volume_quote: Number = None
    """Traded value, in ``currency``."""
    trades: Number = None
    """How many trades there were."""


class Article(NamedTuple):
    """One article of a news source."""

    title: str | None
    url: str | None
    published: Time = None
    content: str | None = None
    updated: Time = None
    guid: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    about_crypto: bool = True
    """False for an article that does not mention crypto, of an outlet that writes about other things too."""


class Metric(NamedTuple):
    """A number about sentiment or attention: fear and greed, developer activity."""

    name: str
    value: Number
    unit: str
    classification: str | None = None
    timestamp: Time = None


class Gas(NamedTuple):
    """Fees of a chain, all in ``unit``. Wei and the like are divided by the parser, with every digit kept."""

    blockchain: str
    gas_price: Number
    slow: Number = None
    standard: Number = None
    fast: Number = None
    unit: str = "gwei"
    base_fee: Number = None
    derived: bool = False
    block_number: Number = None
    timestamp: Time = None


class ChainStat(NamedTuple):
    """The state of a chain. Hash rate in H/s; a proof-of-stake chain has neither hash rate nor difficulty."""

    blockchain: str
    latest_block: Number = None
    total_transactions: Number = None
    network_hashrate: Number = None
    difficulty: Number = None
    transactions_24h: Number = None
    block_transactions: Number = None
    mempool_transactions: Number = None
    circulating_supply: Number = None
    total_supply: Number = None
    tps: Number = None
    epoch: Number = None
    coin_price_usd: Number = None
    extra: dict[str, Number] | None = None
    timestamp: Time = None


class ChainMetric(NamedTuple):
    """A number about a chain over one day: active addresses, realised capitalisation, fees."""

    blockchain: str
    metric_name: str
    """The same name at every source that means the same: active_addresses, hash_rate."""
    value: Number
    unit: str
    """The same for all rows of one name."""
    timestamp: Time = None
    """The beginning of the day, or the moment since which it holds."""
    licence: str | None = None
    """Under which the source gives it, where that binds whoever uses the number."""


class Transfer(NamedTuple):
    """A transfer, large or not: the collection keeps those above the threshold."""

    blockchain: str
    transaction_hash: str
    symbol: str
    amount: Number
    """In coins, not in the chain's smallest unit."""
    event_index: int = -1
    """Log or output index; -1 for the whole transaction."""
    from_address: str | None = None
    to_address: str | None = None
    amount_usd: Number = None
    """Only where the source itself says it."""
    block_number: Number = None
    timestamp: Time = None


class Rate(NamedTuple):
    """What one unit of a currency is worth in dollars."""

    currency: str
    usd_per_unit: Number
    timestamp: Time = None
    digits: int | None = None
    """Significant digits of the source's figure, from which the rate was computed."""


class Observation(NamedTuple):
    """One value of an economic series: a yield of a day, the money supply of a month."""

    series: str
    """The same name at every source that means the same: us_yield_10y, us_m2."""
    code: str
    """The source's own name of it."""
    value: Number
    unit: str
    timestamp: Time
    """The beginning of the day, week or month that it is of."""
    known_at: Time
    """When it was public for certain."""
    is_revised: bool = False
    """Whether the publisher changes figures later."""
    licence: str | None = None
    """Whose it is, where it may not be passed on."""


class Derivative(NamedTuple):
    """A perpetual contract. Funding is a fraction per interval: 0.0001 is one hundredth of a percent."""

    symbol: str
    contract: str
    funding_rate: Number = None
    funding_interval_hours: Number = None
    next_funding_at: Time = None
    open_interest: Number = None
    """In coins."""
    open_interest_usd: Number = None
    mark_price: Number = None
    index_price: Number = None
    volume_24h_usd: Number = None
    timestamp: Time = None


class DatedFuture(NamedTuple):
    """A future that ends on a day: what it costs now, and what its coin does. Prices are dollars for one coin."""

    symbol: str
    contract: str
    """The exchange's own name of the contract."""
    expiry: Time
    mark_price: Number
    index_price: Number = None
    """What the exchange takes the coin itself to cost at that moment."""
    open_interest: Number = None
    """In coins."""
    open_interest_usd: Number = None
    volume_24h_usd: Number = None
    timestamp: Time = None


class Funding(NamedTuple):
    """What a perpetual contract has paid at one moment: settled, not the rate that is still running (Derivative).

    The rate is a fraction per interval, positive where who holds long pays who holds short.
    """

    symbol: str
    contract: str
    funding_at: Time
    """When it was paid."""
    rate: Number
    interval_hours: Number = None
    """How much time the payment is for; None where neither the source nor the payment before it says so."""
    mark_price: Number = None
    """Of one coin, in dollars, when it was paid."""


class Liquidation(NamedTuple):
    """A position, or a part of one, that an exchange closed by force because its owner could no longer pay for it."""

    symbol: str
    contract: str
    side: Literal["long", "short"]
    """Of the position: a long one is closed by selling."""
    liquidated_at: Time
    price: Number
    """Of one coin, in dollars."""
    amount: Number
    """Coins, whatever a contract holds."""
    liquidation_id: str | int | None = None
    """The exchange's own id of it, if it has one."""


class Option(NamedTuple):
    """One option contract on a coin. Amounts are coins, whatever a contract holds; volatility is percent a year."""

    symbol: str
    contract: str
    """The exchange's own name of the contract."""
    expiry: Time
    strike: Number
    """Dollars for one coin."""
    side: Literal["call", "put"]
    underlying_price: Number = None
    """Dollars for one coin on the day of expiry (a forward), by which the exchange values the contract."""
    mark_iv: Number = None
    """Implied volatility of the exchange's own price of the contract."""
    open_interest: Number = None
    volume_24h: Number = None
    timestamp: Time = None


class Defi(NamedTuple):
    """A number about decentralised finance, or a part of it."""

    metric_name: str
    entity: str
    value: Number
    unit: str = "USD"
    timestamp: Time = None


class Overview(NamedTuple):
    """The whole market. Shares and changes are percent."""

    total_market_cap_usd: Number = None
    total_volume_24h_usd: Number = None
    market_cap_change_24h: Number = None
    btc_dominance: Number = None
    eth_dominance: Number = None
    active_coins: Number = None
    active_markets: Number = None
    timestamp: Time = None
