"""When a copy of the file is worth its cost."""

from __future__ import annotations

import pytest

from crypto_pipeline.warehouse.compaction import Gain

MB = 1 << 20


@pytest.mark.parametrize(
    ("free", "total", "pays"),
    [
        (MB - 1, 2 * MB, False),
        (MB, 2 * MB, True),
        (20 * MB - 1, 100 * MB, False),
        (20 * MB, 100 * MB, True),
        (0, 0, False),
    ],
)
def test_a_fifth_of_the_file_and_at_least_a_megabyte_must_be_free(free: int, total: int, pays: bool) -> None:
    assert Gain(free, total).pays is pays


def test_a_gain_says_which_part_of_the_file_is_free_also_of_an_empty_one() -> None:
    assert (str(Gain(MB, 4 * MB)), str(Gain(0, 0))) == ("25% of the file is free", "0% of the file is free")
