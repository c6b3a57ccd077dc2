"""Contracts of Hyperliquid that hold a thousand coins are told in single ones."""

from __future__ import annotations

from datetime import datetime, timezone

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import Candle
from crypto_pipeline.sources.kit import Context
from crypto_pipeline.sources.providers.hyperliquid import candle_snapshot, hyperliquid
from crypto_pipeline.sources.symbols import Universe

AT = datetime(2026, 11, 23, tzinfo=timezone.utc)
(CANDLES,) = [endpoint for endpoint in hyperliquid.endpoints if endpoint.id == "hyperliquid.candles"]
HOUR = {"t": 1684699200000, "T": 1684702799999, "i": "1h", "n": 709, "o": "0.001601", "h": "0.001616", "l": "0.001601"}


def test_prices_and_volumes_of_a_thousand_coins_are_made_those_of_one() -> None:
    context = Context(Universe(frozenset({"PEPE"})), AT, tuple(INTERVAL_SECONDS), on_purpose=True)
    (spec,) = [one for one in CANDLES.requests_in(context) if one.label == "PEPE 1h"]
    assert spec.body["req"]["coin"] == "kPEPE" if isinstance(spec.body, dict) else False
    good = {**HOUR, "s": "kPEPE", "c": "0.001604", "v": "520665683.0"}
    rows = list(candle_snapshot([good, {**good, "c": None}, {**good, "o": "n"}, None], spec))
    assert rows[0] == Candle(
        "PEPE", "1h", 1684699200000, 1.601e-6, 1.616e-6, 1.601e-6, 1.604e-6, 520665683000.0, "kPEPE", "USD", None, 709
    )
    assert [isinstance(row, Candle) for row in rows[1:]] == [True, False, False]
