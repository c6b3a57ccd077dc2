"""A contract whose payments come on pages that are numbered from the newest.

Belongs here: what is declared and what is wanted of it. Does not belong here: answers (test_numbered.py, test_numbers.py).
"""

from __future__ import annotations

from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.formats.funding import funding_requests
from crypto_pipeline.sources.kit import Endpoint, Pages, Payload, Provider, RequestSpec, Rows, each
from crypto_pipeline_tests.collection.backfill.walked import HOST, series, unix

HOUR = 3_600
NEWEST = unix("2026-03-10T08:00")
"""The newest payment, of which nobody knows yet whether it is the last of its eight hours."""
PAGES = Pages(50, {"page": "{page}", "size": "{size}"}, since="2025-01-01", seconds=8 * HOUR)


def exchange(pages: Pages = PAGES) -> Endpoint:
    """An exchange that numbers what its contracts have paid."""
    provider = Provider("past", f"https://{HOST}/api", per_minute=6000)

    @provider.endpoint(
        Funding,
        "/funding",
        requests=funding_requests("{}USDT".format, param="symbol", coins=("BTC",)),
        cadence=60,
        history=pages,
    )
    def funding(payload: Payload, spec: RequestSpec) -> Rows:
        return each(payload, lambda one: Funding(spec.values["coin"], one["contract"], one["at"], one["rate"]))

    return provider.endpoints[0]


def wanted(since: str = "2025-01-01", pages: Pages = PAGES) -> list[Series]:
    """The payments of one contract."""
    return series([exchange(pages)], since=since, until="2026-03-10T12:30")
