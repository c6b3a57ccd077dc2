"""Which rows a shared PostgreSQL can take: decided before it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.hub.merging import LONGEST_KEY_BYTES, without_long_keys
from crypto_pipeline_tests.warehouse.facts import NOON, price


def article(url: str) -> dict[str, Any]:
    return {"url": url, "title": "t", "fetched_at": NOON}


@pytest.mark.parametrize(("letter", "size"), [("x", 1), ("ü", 2), ("😀", 4)])
def test_a_key_is_too_long_by_its_bytes_whatever_its_letters_are(letter: str, size: int) -> None:
    fits = letter * (LONGEST_KEY_BYTES // size)
    batches, _ = batches_of({"news_articles": [article(fits), article("short"), article(fits + "x" * size)]})
    fitting, misfits = without_long_keys(batches)
    assert [list(one.columns["url"]) for one in fitting] == [[fits, "short"]]
    assert [one.row["url"] for one in misfits] == [fits + "x" * size]
    assert "its key has more than" in misfits[0].reason


def test_the_texts_of_a_key_count_together_and_a_batch_of_which_nothing_fits_is_left_out() -> None:
    half = LONGEST_KEY_BYTES // 2
    long = {**price("x" * half), "source": "y" * (LONGEST_KEY_BYTES - half + 1)}
    batches, _ = batches_of({"market_prices": [long], "news_articles": [article("short")]})
    fitting, misfits = without_long_keys(batches)
    assert [one.table.name for one in fitting] == ["news_articles"]
    assert [one.table for one in misfits] == ["market_prices"]
    shorter, _ = batches_of({"market_prices": [{**long, "source": "y" * (LONGEST_KEY_BYTES - half)}]})
    assert without_long_keys(shorter) == (shorter, [])
