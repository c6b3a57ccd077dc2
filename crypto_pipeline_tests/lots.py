"""Which files of tests go to the same worker of the suite, one after the other: those that need the same dear thing.

A browser and a PostgreSQL take two seconds of a processor each to start, and stay while the next test needs them too. All other
files are divided one by one.

Belongs here: how the suite is divided.
Does not belong here: in which order files begin (conftest.py), the dear things themselves (dashboard/browser.py, postgres.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from xdist.scheduler import LoadFileScheduling

LOTS: Mapping[str, tuple[str, ...]] = {
    "browser": ("dashboard/",),
    "postgres": (
        "api/data/test_follower.py",
        "cli/test_hub.py",
        "docs/test_sharing.py",
        "orchestration/test_in_postgres.py",
        "orchestration/test_regions.py",
        "system/test_parts_in_postgres.py",
        "system/test_regions.py",
        "warehouse/hub/",
    ),
}
"""By the fixture that they share: files and folders below the one of all tests."""


def lot_of(nodeid: str) -> str | None:
    """The lot that a test belongs to, if any."""
    name = nodeid.partition("/")[2]
    return next((lot for lot, names in LOTS.items() if name.startswith(names)), None)


class ByLots(LoadFileScheduling):
    """Files are divided among the workers, lots as if each of them was one file."""

    def _split_scope(self, nodeid: str) -> str:
        return lot_of(nodeid) or super()._split_scope(nodeid)
