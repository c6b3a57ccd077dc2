"""A number and what it counts."""

from __future__ import annotations

import pytest

from crypto_pipeline.foundation.counted import counted


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1234, "1,234 rows")])
def test_one_is_one_and_all_other_numbers_are_many(count: int, said: str) -> None:
    assert counted(count, "row") == said


@pytest.mark.parametrize(("count", "said"), [(1, "1 batch waits"), (3, "3 batches wait")])
def test_words_that_take_no_s_and_verbs_are_given(count: int, said: str) -> None:
    assert counted(count, "batch waits", "batches wait") == said
