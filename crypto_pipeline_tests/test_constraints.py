"""Versions that were tested together (constraints.txt) can be installed by every Python that is promised."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution, metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from crypto_pipeline_tests.project import PROJECT

LANGUAGE = "Programming Language :: Python :: 3."
PYTHONS = sorted(
    f"3.{one.removeprefix(LANGUAGE)}"
    for one in metadata("crypto-pipeline").get_all("Classifier") or []
    if one.startswith(LANGUAGE)
)
LINES = [line for line in (PROJECT / "constraints.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize("python", PYTHONS)
def test_no_version_is_chosen_for_a_python_that_it_does_not_run_on(python: str) -> None:
    """As the installed ones say; those that are chosen for another Python only are looked at there."""
    where = {"python_full_version": f"{python}.0", "python_version": python}
    chosen = [one for one in map(Requirement, LINES) if one.marker is None or one.marker.evaluate(where)]
    looked_at = {one.name: needed for one in chosen if (needed := needed_python(one)) is not None}
    assert len(looked_at) > len(LINES) // 2
    assert {name for name, needed in looked_at.items() if not needed.contains(f"{python}.99")} == set()


def needed_python(pinned: Requirement) -> SpecifierSet | None:
    """Of the version that is pinned, where that one is installed here."""
    try:
        found = distribution(pinned.name)
    except PackageNotFoundError:
        return None
    if not pinned.specifier.contains(found.version, prereleases=True):
        return None
    return SpecifierSet(*found.metadata.get_all("Requires-Python") or ())
