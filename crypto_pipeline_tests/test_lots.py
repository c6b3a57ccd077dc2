"""The tests that need the same dear thing are those that the suite gives to one worker."""

from __future__ import annotations

from collections import defaultdict

import pytest

from crypto_pipeline_tests.lots import LOTS, lot_of
from crypto_pipeline_tests.project import PROJECT


def test_a_file_is_in_the_lot_of_what_it_needs(request: pytest.FixtureRequest) -> None:
    """Of the files that are run: all of them, when it is the whole suite. Who needs two things starts the other one."""
    needed: dict[str, set[str]] = defaultdict(set)
    for item in request.session.items:
        needed[item.nodeid.partition("::")[0]] |= LOTS.keys() & set(getattr(item, "fixturenames", ()))
    assert {file: lots for file, lots in needed.items() if lots and lot_of(file) not in lots} == {}


@pytest.mark.parametrize("name", [name for names in LOTS.values() for name in names])
def test_what_is_in_a_lot_is_there(name: str) -> None:
    assert (PROJECT / "crypto_pipeline_tests" / name).exists()
