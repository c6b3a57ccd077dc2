"""Back-off grows, and parts those that failed together."""

from __future__ import annotations

import random

from crypto_pipeline.collection.http.retries import back_off


def test_back_off_grows_and_is_spread_from_nothing_to_its_end() -> None:
    random.seed(1)
    for retry, end in ((1, 1.0), (2, 2.0)):
        pauses = [back_off(retry, 1.0) for _ in range(200)]
        assert 0 <= min(pauses) < end / 10
        assert end * 9 / 10 < max(pauses) <= end
