"""What the page "Derivatives and on-chain" shows of the small market: options, futures, books, chains, stablecoins, the economy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

HOSTILE_CONTRACT = "<i>BTC</i>-990101"
BASIS = {"deribit": 2.0, "bybit": 1.5}
"""Percent, 73 days before the end: five times that in a year."""


def rows(now: datetime, written: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables of that page, as of now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hour = now.replace(minute=0, second=0, microsecond=0)
    expiries = [midnight + timedelta(days=days, hours=8) for days in (7, 30, 90)]

    def row(**facts: Any) -> dict[str, Any]:
        return {"timestamp": now, **written, **facts}

    return {
        "option_metrics": [
            row(
                symbol="BTC",
                source=source,
                expiry=expiry,
                atm_iv=iv + 2 * place,
                skew_25d=skew - place,
                max_pain=90_000.0,
            )
            for source, iv, skew in (("deribit", 45.0, 3.0), ("okx", 44.0, 2.0))
            for place, expiry in enumerate(expiries)
        ],
        "dated_futures": [
            row(
                symbol="BTC",
                source=source,
                contract=contract,
                mark_price=90_000 * (1 + basis / 100),
                index_price=90_000.0,
            )
            | {"expiry": now + timedelta(days=73), "basis_percent": basis, "open_interest_usd": 2e7}
            for (source, basis), contract in zip(BASIS.items(), ("BTC-25DEC99", HOSTILE_CONTRACT), strict=True)
        ],
        "liquidations": [
            {**written, "source": "okx", "symbol": "BTC", "contract": "BTC-USDT-SWAP", "side": side}
            | {"value_usd": usd, "price": 9e4, "amount": usd / 9e4}
            | {"liquidation_id": f"{side} {ago}", "liquidated_at": hour - timedelta(hours=ago)}
            for side, usd, ago in (("long", 40_000.0, 0), ("short", 15_000.0, 0), ("long", 5_000.0, 3))
        ],
        "book_snapshots": [
            row(source=source, symbol="BTC", pair="BTC-USD", quote="USD", scope="book", best_bid=bid, best_ask=bid + 10)
            | {
                "best_bid_size": 0.5,
                "best_ask_size": 0.5,
                "spread_bps": 1.1,
                "bid_depth_100bps": 2e6,
                "usd_per_quote": 1.0,
            }
            | {"ask_depth_100bps": None, "buy_100k_bps": cost}
            for source, bid, cost in (("kraken", 90_000.0, 2.5), ("coinbase", 91_000.0, None))
        ],
        "listings": [
            row(source="okx", kind="spot", market=market, symbol=market.partition("-")[0], status=status)
            | {"listed_at": now - timedelta(days=days), "first_seen_at": now - timedelta(days=1), "delisted_at": closes}
            for market, status, days, closes in (
                ("BTC-USDT", "trading", 900, None),
                ("FRESH-USDT", "trading", 2, None),
                ("OLD-USDT", "halted", 900, now - timedelta(days=3)),
            )
        ],
        "trading_fees": [
            {"exchange": exchange, "taker_percent": percent, "as_of": "2025-12", "docs": "https://fees.example"}
            | {name: written[name] for name in ("collected_at", "run_id")}
            for exchange, percent in (("kraken", 0.4), ("coinbase", 0.5))
        ],
        "chain_metrics": [
            row(source="coinmetrics", blockchain=chain, metric_name=metric, value=usual + age / 1000, unit=unit)
            | {"licence": "CC BY-NC 4.0", "timestamp": midnight - timedelta(days=age + 1)}
            for chain, metric, usual, unit in (
                ("bitcoin", "mvrv", 1.75, "ratio"),
                ("ethereum", "fees", 300.0, "coins in a day"),
            )
            for age in range(30)
        ],
        "macro_series": [
            row(source="fred", series="us_m2", code="M2SL", value=2.28e13 - 1e11 * months, unit="USD", is_revised=True)
            | {
                "timestamp": midnight - timedelta(days=62 + 2 * months),
                "known_at": midnight - timedelta(days=2 + 2 * months),
            }
            for months in range(4)
        ],
        "consensus_ohlc": [
            {
                "symbol": "LTC",
                "interval": "1d",
                "timestamp": midnight - timedelta(days=age),
                "close": 90_000.0 - 100 * age,
            }
            | {"open": 9e4, "high": 9.1e4, "low": 8e4, "providers": 3}
            | {name: written[name] for name in ("collected_at", "run_id")}
            for age in range(1, 14)
        ],
        "defi_metrics": [
            row(source="defillama", metric_name=metric, entity=entity, value=value, unit=unit)
            | {"timestamp": now - timedelta(days=days)}
            for metric, entity, value, unit, days in (
                ("stablecoin_peg_deviation", "USDT", -0.25, "percent", 0),
                ("stablecoin_circulating", "USDT", 1.84e11, "USD", 0),
                ("stablecoin_circulating", "total", 3.1e11, "USD", 0),
                ("stablecoin_circulating", "total", 3.0e11, "USD", 30),
            )
        ],
    }
