"""What a run finds of the memory that earlier runs left in the log tables."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.log import states_of

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ILL = EndpointState(NOON, outcome="timeout", consecutive_failures=4)
OLDER = EndpointState(NOON - timedelta(hours=1), outcome="ok", etag="old")
REFUSED = EndpointState(NOON, outcome="blocked", not_before=NOON + timedelta(hours=9))
OURS = EndpointState(NOON - timedelta(days=1), outcome="ok", etag="ours")


def test_a_region_goes_on_with_what_one_has_left_that_is_no_more_but_for_refusals() -> None:
    by_region = {
        "": {"a": ILL, "b": REFUSED, "c": ILL},
        "gone": {"a": OLDER},
        "asia": {"d": ILL},
        "eu": {"c": OURS},
    }
    assert states_of(by_region, "eu", ("eu", "asia")) == {"a": ILL, "c": OURS}
    assert states_of(by_region, "eu", None) == {"c": OURS}
    assert states_of(by_region, "africa", ("africa", "eu", "asia")) == {"a": ILL, "c": ILL}
