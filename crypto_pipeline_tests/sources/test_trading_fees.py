"""Fees are declared for the exchanges whose books are collected, once each."""

from __future__ import annotations

import re

from crypto_pipeline.sources.kit import discover
from crypto_pipeline.sources.trading_fees import TRADING_FEES


def test_every_exchange_with_books_has_a_fee_and_no_other() -> None:
    exchanges = [fee.exchange for fee in TRADING_FEES]
    assert exchanges == sorted({one.provider.source for one in discover() if "book_snapshots" in one.tables})


def test_a_fee_is_a_small_share_in_percent_with_a_place_to_look_it_up() -> None:
    for fee in TRADING_FEES:
        assert 0 <= fee.taker_percent <= 2, fee
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", fee.as_of), fee
        assert fee.docs.startswith("https://"), fee
