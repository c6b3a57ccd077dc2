"""What spot exchanges take of a trade: the taker's share of whoever has traded nothing before.

Belongs here: one line for each exchange whose order books are collected, what it rests on, and as of when.
Does not belong here: fees of chains (schema/tables/chain.py), the table (schema/tables/registry.py), questions that count with them.

Exchanges change their schedules, and most people pay less than the first step: what is counted with these is rather too dear.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class TradingFee(NamedTuple):
    """What one exchange takes."""

    exchange: str
    """As the column source of book_snapshots says it."""
    taker_percent: float
    """Of the value of a trade, of an order that takes what stands in the book, at the first step of the schedule."""
    as_of: str
    """Year and month that the figure is of."""
    docs: str
    """Where the exchange publishes its schedule."""
    worth_knowing: str | None = None


TRADING_FEES: Final = (
    TradingFee("binance", 0.1, "2026-05", "https://www.binance.com/en/fee/schedule"),
    TradingFee("binance_us", 0.6, "2025-12", "https://www.binance.us/fees", "Bitcoin and some other markets cost less or nothing."),
    TradingFee("bitfinex", 0.0, "2025-12", "https://www.bitfinex.com/fees", "0.2 percent until it gave up fees in December 2025, without an end date."),
    TradingFee("bitstamp", 0.4, "2025-12", "https://www.bitstamp.net/fee-schedule/", "The first thousand dollars of a month cost nothing."),
    TradingFee("bybit", 0.1, "2025-12", "https://www.bybit.com/en/help-center/article/Trading-Fee-Structure"),
    TradingFee("coinbase", 1.2, "2026-05", "https://help.coinbase.com/en/coinbase/trading-and-funding/advanced-trade/advanced-trade-fees", "Below a thousand dollars a month; less above."),
    TradingFee("gate", 0.2, "2025-12", "https://www.gate.com/fee", "0.1 percent for many."),
    TradingFee("kraken", 0.4, "2026-05", "https://www.kraken.com/features/fee-schedule", "Below ten thousand dollars a month; 0.2 percent or less between dollar coins and dollars."),
    TradingFee("kucoin", 0.1, "2025-12", "https://www.kucoin.com/vip/privilege", "0.2 or 0.3 percent for the coins of its classes B and C."),
    TradingFee("mexc", 0.05, "2026-06", "https://www.mexc.com/fee", "Nothing for some markets."),
    TradingFee("okx", 0.1, "2025-12", "https://www.okx.com/fees"),
    TradingFee("xt", 0.2, "2025-12", "https://www.xt.com/en/rate"),
)  # fmt: skip
"""Those of 2026 as descriptions of the exchanges' pages repeat them; the others as they were widely told. None was read from its page."""
