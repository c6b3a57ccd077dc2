"""Lists of exchange rates: how many units of many monies are worth one of another.

Belongs here: a list in any money, told in dollars.
Does not belong here: how a source writes its list (providers/), which of several rates is used (collection/normalise/rates.py).

We ask for dollars, and most of these services answer in euros where nobody says in what. Read as one of dollars such a list would be
a seventh off for every money in it, and nothing would look wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crypto_pipeline.schema.rows import Number, Rate, Time
from crypto_pipeline.sources.kit import Payload, Rows, each, is_missing, number, significant_digits

DOLLAR = "USD"


def in_dollars(
    units: Mapping[str, Payload],
    *,
    base: object,
    at: Time = None,
    amount: Number = None,
    only: Collection[str] | None = None,
) -> Rows:
    """A rate for each money of a list. A list in another money than dollars is told through the dollar in it.

    :param units: how many units of each money are worth ``amount`` of the base.
    :param base: the money that the list is in, as the answer says it; dollars where it says nothing.
    :param amount: of the base; one where the answer says nothing.
    :param only: the monies that are kept; None keeps all.

    ValueError for a list in another money without the dollar.

    >>> [(rate.currency, rate.usd_per_unit) for rate in in_dollars({"USD": 1.25, "JPY": 200}, base="EUR")]
    [('EUR', 1.25), ('JPY', 0.00625)]
    """
    money = DOLLAR if is_missing(base) else str(base).strip().upper()
    of_base = 1.0 if is_missing(amount) else number(amount)
    listed = {code.upper(): value for code, value in units.items()}
    dollars = of_base
    if money != DOLLAR:
        said = listed.pop(DOLLAR, None)
        if is_missing(said):
            raise ValueError(f"the rates are those of {money[:20]}, and the dollar is not among them")
        dollars = number(said)
        listed.pop(money, None)
        if only is None or money in only:
            yield Rate(money, dollars / of_base, at, significant_digits(said))

    def rate(code: str, value: Payload) -> Rate | None:
        kept = only is None or code in only
        return Rate(code, dollars / number(value), at, significant_digits(value)) if kept else None

    yield from each(listed.items(), rate)
