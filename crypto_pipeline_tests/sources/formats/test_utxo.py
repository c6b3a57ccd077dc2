"""What a transaction of a Bitcoin-like chain moved."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.formats.utxo import Moved, moved


def test_change_is_what_returns_to_a_sender() -> None:
    inputs, outputs = [("small", 1_0000_0000), ("large", 9_0000_0000)], [("other", 4_0000_0000), ("large", 5_9999_0000)]
    assert moved(inputs, outputs) == Moved(4.0, "large", "other")


def test_coins_that_all_return_moved_nothing() -> None:
    assert moved([("self", 500)], [("self", 400)]) == Moved(0.0, "self", None)


def test_an_output_without_an_address_is_no_change() -> None:
    assert moved([(None, 3_0000_0000)], [(None, 2_0000_0000), ("a", 1)]) == Moved(2.00000001, None, None)


def test_new_coins_are_no_transfer() -> None:
    assert moved([], [("miner", 3_1250_0000)]) is None


def test_a_value_that_is_none_is_an_error() -> None:
    with pytest.raises(TypeError):
        moved([("a", None)], [])
