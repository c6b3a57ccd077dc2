"""What a person says beside a saved answer: when it came, and what monies are worth.

Belongs here: options of ``crypto-pipeline parse`` made into values, with one sentence for what is none.
Does not belong here: the command itself (cli/app.py), reading the answer (collection/saved.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crypto_pipeline.cli.parts import UsageError
from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.clock import GENESIS


def moment_option(name: str, raw: str | None) -> datetime | None:
    """A time in UTC, None where none was given. UsageError for what is no time, or one before the first coin."""
    if raw is None:
        return None
    try:
        at = moment(raw)
    except ValueError:
        at = None
    if at is None or at < GENESIS:
        raise UsageError(f"{name} {raw!r} is no time; 2026-11-23T12:00:00Z is one.")
    return at


def rates_option(raw: Iterable[str]) -> dict[str, float]:
    """Dollars for a unit of each money. UsageError for what is not like JPY=0.0064."""
    rates: dict[str, float] = {}
    for one in raw:
        money, _, dollars = one.partition("=")
        name = money.strip().upper()
        try:
            if not name.isalnum():
                raise ValueError(one)
            rates[name] = bounds.price(dollars)
        except ValueError:
            raise UsageError(f"--rate {one!r} is no rate; JPY=0.0064 is one, dollars for a unit.") from None
    return rates
