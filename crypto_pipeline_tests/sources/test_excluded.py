"""What is not declared, and why."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.excluded import CHAINS, LEFT_OUT, MARKETS, NEWS, SETTLED
from crypto_pipeline.sources.kit import discover

DECLARED = {f"{endpoint.host}{path}" for endpoint in discover() for path in ["", endpoint.request.path]}
DECLARED |= {endpoint.url().removeprefix("https://") for endpoint in discover() if endpoint.requests is None}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_not_declared(name: str) -> None:
    assert name not in DECLARED


@pytest.mark.parametrize("reason", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_reason_is_one_plain_sentence(reason: str) -> None:
    assert reason[0].isupper() or reason[0].isdigit()
    assert reason.endswith(".")
    assert len(reason) < 200


def test_no_name_stands_twice() -> None:
    assert len(LEFT_OUT) == len(CHAINS) + len(MARKETS) + len(NEWS) + len(SETTLED)
