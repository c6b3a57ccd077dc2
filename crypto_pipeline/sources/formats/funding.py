"""What perpetual contracts have paid: who is asked about whom, and how long each payment is for.

Belongs here: the fan-out over coins, and the interval that follows from two payments in a row.
Does not belong here: what an exchange calls its contracts and how it writes payments (providers/), the rate that is still running
(sources/formats/contracts.py and the providers).

Most exchanges tell when they paid and not how often they do, and some contracts changed from eight hours to four or one. Between
two payments of one contract there is none, so the time between them is what the second one is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.kit import Context, RequestSpec, RequestSpecs, Rows, number

FUNDING_COINS = ("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LINK", "LTC", "AVAX")
"""Coins whose payments are asked for one by one, where every large exchange has a contract."""
FEW_COINS = FUNDING_COINS[:6]
"""Those that are asked for where a host's budget has little room in one collection, or nobody knows how much."""
PAYMENTS = 50
"""How many payments the requests ask for: more than a fortnight of three a day, so that a pause leaves no hole."""
USUAL_HOURS = frozenset({1, 2, 4, 8})
"""Between two payments that lie otherwise apart one is missing, and then nobody knows."""
_HOUR_MS = 3_600_000


def funding_requests(
    contract_of: Callable[[str], str | None],
    *,
    param: str = "",
    span_of: str | None = None,
    hours: int = 8,
    coins: Iterable[str] = FUNDING_COINS,
) -> RequestSpecs:
    """One request for each tracked coin that has a contract.

    :param contract_of: the exchange's name of the contract on a coin, None where it has none. It reaches path and parser as
        ``contract``, the coin as ``coin``.
    :param param: the parameter that holds the contract; "" where it is in the path or the body.
    :param span_of: the parameters that hold the time from which and up to which is asked, in milliseconds, as "from to".
    :param hours: the time between two payments, from which that span follows. It ends with the running hour, so that its
        requests are the same until the next one.
    """

    def requests(context: Context) -> Iterator[RequestSpec]:
        span = _span(context, hours)
        for coin in coins:
            contract = contract_of(coin) if coin in context.universe else None
            if contract is None:
                continue
            params = {param: contract} if param else {}
            if span_of:
                params |= dict(zip(span_of.split(), map(str, span), strict=True))
            yield RequestSpec(coin, values={"coin": coin, "contract": contract}, params=params)

    return requests


def _span(context: Context, hours: int) -> tuple[int, int]:
    end = (int(context.now.timestamp() * 1000) // _HOUR_MS + 1) * _HOUR_MS
    return end - PAYMENTS * hours * _HOUR_MS, end


def since_ms(context: Context, hours: int) -> int:
    """From when the newest payments are asked for, where a body says it."""
    return _span(context, hours)[0]


def with_intervals(rows: Rows, per_second: int = 1000) -> Rows:
    """The payments, each with the hours since the payment of its contract before it; the oldest of all stays without.

    :param per_second: in what their times count: 1000 for milliseconds.
    """
    found = list(rows)
    paid: dict[str, set[float]] = {}
    for row in found:
        if isinstance(row, Funding) and (at := _time(row)) is not None:
            paid.setdefault(row.contract, set()).add(at)
    for row in found:
        if not isinstance(row, Funding) or (at := _time(row)) is None:
            yield row
            continue
        before = max((one for one in paid[row.contract] if one < at), default=None)
        hours = None if before is None else round((at - before) / per_second / 60) / 60
        yield row._replace(interval_hours=int(hours) if hours in USUAL_HOURS else None) if hours else row


def _time(row: Funding) -> float | None:
    try:
        return number(row.funding_at)
    except (TypeError, ValueError):
        return None  # whoever stores the row refuses it
