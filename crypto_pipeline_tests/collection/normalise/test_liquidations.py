"""Liquidations as rows: known again when they are told again, and worth what was closed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.simple_rows import normalise_simple_rows
from crypto_pipeline.schema.rows import Liquidation
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
CLOSED = Liquidation("BTC", "BTC-SWAP", "long", "2026-11-23T11:30:00.25Z", "90000.5", "0.2")
provider = Provider("venue", "https://venue.example")


def normalised_from(*rows: Liquidation, at: datetime = NOON) -> Normalised:
    return normalise_simple_rows(rows, provider, NormalisationContext(at))


def ids(*rows: Liquidation, at: datetime = NOON) -> list[Any]:
    return [row["liquidation_id"] for row in normalised_from(*rows, at=at).rows["liquidations"]]


def test_it_is_worth_its_price_times_what_was_closed() -> None:
    [row] = normalised_from(CLOSED).rows["liquidations"]
    assert (row["value_usd"], row["side"], row["source"]) == (pytest.approx(18_000.1), "long", "venue")
    assert row["liquidated_at"] == NOON - timedelta(minutes=29, seconds=59, milliseconds=750)


def test_the_same_one_has_the_same_id_whenever_and_however_it_is_told() -> None:
    later = ids(
        CLOSED._replace(price=90_000.50, amount=0.2000, liquidated_at=1795433400250), at=NOON + timedelta(hours=2)
    )
    assert later == ids(CLOSED) == ["BTC-SWAP long 90000.5 0.2 2026-11-23T11:30:00.250"]
    with_id = CLOSED._replace(liquidation_id=452061)
    assert ids(with_id) == ["452061 2026-11-23T11:30:00.250"]


@pytest.mark.parametrize(
    "other",
    [
        {"side": "short"},
        {"price": "90000.6"},
        {"amount": "0.21"},
        {"contract": "BTC-OTHER"},
        {"liquidated_at": "2026-11-23T11:30:00.251Z"},
        {"liquidation_id": 7},
    ],
)
def test_one_that_differs_in_anything_is_another_one(other: dict[str, Any]) -> None:
    assert len({*ids(CLOSED, CLOSED._replace(**other))}) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"liquidated_at": None}, "does not say when"),
        ({"price": None}, "does not say when, at what price"),
        ({"amount": ""}, "or how much"),
        ({"amount": 0}, "an amount of 0 cannot be"),
        ({"amount": -1}, "an amount of -1 cannot be"),
        ({"amount": 1e9}, "a position of 9.00005e+13 dollars cannot be"),
        ({"price": 0}, "price of 0 is beyond"),
        ({"side": "both"}, "'both' is neither a long position"),
        ({"liquidated_at": "2026-11-24T12:00:00Z"}, "in the future"),
    ],
)
def test_one_that_cannot_be_is_rejected_by_itself(fault: dict[str, Any], reason: str) -> None:
    normalised = normalised_from(CLOSED, CLOSED._replace(**fault))
    [rejected] = normalised.rejected
    assert reason in rejected.reason
    assert len(normalised.rows["liquidations"]) == 1
