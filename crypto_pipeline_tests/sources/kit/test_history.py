"""The past of an endpoint, as it is declared."""

from __future__ import annotations

from crypto_pipeline.schema.clock import GENESIS
from crypto_pipeline.sources.kit import discover


def test_no_past_begins_before_a_time_whose_rows_are_believed() -> None:
    """Rows of before Bitcoin are refused, so exchange rates, which the European Central Bank has since 1999, begin in 2009."""
    pasts = {one.id: one.history.since for one in discover() if one.history and one.history.since}
    assert pasts["frankfurter.rates"] == "2009-01-05"
    assert {name: since for name, since in pasts.items() if since < GENESIS.date().isoformat()} == {}
