"""What spot exchanges take of a trade: the taker's share of whoever has traded nothing before.

Belongs here: one line for each exchange whose order books are collected, what it rests on, and as of when.
Does not belong here: fees of chains (schema/tables/chain.py), the table (schema/tables/registry.py), questions that count with them.

Exchanges change their schedules, and most people pay less than the first step: what is counted with these is rather too dear.
"""

from __future__ import annotations

from typing import Final, NamedTuple

AS_OF: Final = "2025-12"
"""Year and month that the figures are of. Schedules as they were widely told; none was read from a page on that day."""


class TradingFee(NamedTuple):
    """What one exchange takes."""

    exchange: str
    """As the column source of book_snapshots says it."""
    taker_percent: float
    """Of the value of a trade, of an order that takes what stands in the book, at the first step of the schedule."""
    docs: str
    """Where the exchange publishes its schedule."""
    worth_knowing: str | None = None


TRADING_FEES: Final = (
    TradingFee("binance", 0.1, "https://www.binance.com/en/fee/schedule"),
    TradingFee("binance_us", 0.6, "https://www.binance.us/fees", "Bitcoin and some other markets cost less or nothing."),
    TradingFee("bitfinex", 0.2, "https://www.bitfinex.com/fees", "It announced in December 2025 that it takes nothing any more."),
    TradingFee("bitstamp", 0.4, "https://www.bitstamp.net/fee-schedule/", "The first thousand dollars of a month cost nothing."),
    TradingFee("bybit", 0.1, "https://www.bybit.com/en/help-center/article/Trading-Fee-Structure"),
    TradingFee("coinbase", 1.2, "https://help.coinbase.com/en/exchange/trading-and-funding/exchange-fees"),
    TradingFee("gate", 0.2, "https://www.gate.com/fee", "0.1 percent for many."),
    TradingFee("kraken", 0.4, "https://www.kraken.com/features/fee-schedule"),
    TradingFee("kucoin", 0.1, "https://www.kucoin.com/vip/privilege", "0.2 or 0.3 percent for the coins of its classes B and C."),
    TradingFee("mexc", 0.05, "https://www.mexc.com/fee"),
    TradingFee("okx", 0.1, "https://www.okx.com/fees"),
    TradingFee("xt", 0.2, "https://www.xt.com/en/rate"),
)  # fmt: skip
