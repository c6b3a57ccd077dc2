"""The parameters that questions share, as HTTP knows them.

Belongs here: types with bounds and meanings, and what a request says beside its parameters.
Does not belong here: which question takes which (api/data/market_routes.py and its siblings).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import AfterValidator, BeforeValidator

from crypto_pipeline.api.errors import InvalidQuery
from crypto_pipeline.databank.coin_names import symbol_called

LONGEST_TEXT = 100


def _with_plus(text: Any) -> Any:
    """In a query a bare + means a space; a time with an offset is often written so by hand."""
    return text.strip().replace(" ", "+") if isinstance(text, str) and "T" in text else text


def _in_utc(moment: datetime) -> datetime:
    """Without an offset it is meant in UTC."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("is out of the range of times") from None


_Time = Annotated[datetime, BeforeValidator(_with_plus), AfterValidator(_in_utc)]
CoinCode = Annotated[str, AfterValidator(symbol_called)]
"""Of a coin, or its name."""

Symbol = Annotated[
    CoinCode, Query(min_length=1, max_length=LONGEST_TEXT, description="Coin code or name: BTC.", examples=["BTC"])
]
AnySymbol = Annotated[
    CoinCode | None,
    Query(min_length=1, max_length=LONGEST_TEXT, description="Coin code or name: BTC. Default: every coin."),
]
Since = Annotated[
    _Time | None, Query(alias="from", description="Beginning of the range, ISO 8601; UTC where it has no offset.")
]
Until = Annotated[
    _Time | None, Query(alias="to", description="End of the range, which does not belong to it. Default: now.")
]
Cursor = Annotated[
    str | None, Query(max_length=2_000, description="Place in the list, from 'next' of the page before.")
]
Runs = Annotated[int, Query(ge=1, le=100, description="How many runs, counted from the newest.")]


def words(description: str, *examples: str) -> Any:
    """A parameter that narrows the answer by a word."""
    return Query(min_length=1, max_length=LONGEST_TEXT, description=description, examples=list(examples) or None)


def limit(at_most: int) -> Any:
    """The parameter for how many entries are wanted: 1 to ``at_most``."""
    return Query(ge=1, le=at_most, description=f"How many at most, up to {at_most}.")


def only_known_parameters(request: Request) -> None:
    """Raise InvalidQuery for a parameter that the path does not have: a typing error must not widen an answer."""
    known = list(_parameters(request.scope["route"].dependant))
    for name in request.query_params:
        if name not in known:
            those = f"; there is {', '.join(known)}" if known else ""
            raise InvalidQuery(f"There is no parameter {name!r} here{those}.")


def _parameters(dependant: Any) -> Iterator[str]:
    """The parameters of a path, and those of what it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _parameters(inner)
