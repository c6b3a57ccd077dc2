"""MEXC: funding that its perpetuals have paid. https://www.mexc.com/api-docs/futures/market-endpoints"""

from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.formats.funding import FEW_COINS, PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, reject_unless

mexc_perpetuals = Provider(
    "mexc_perpetuals",
    "https://contract.mexc.com/api/v1/contract",
    docs="https://www.mexc.com/api-docs/futures/market-endpoints/get-funding-rate-history",
    too_often=('"code":510',),
    source="mexc",
    budget=Budget(20, 2),
)


@mexc_perpetuals.endpoint(
    Funding,
    "/funding_rate/history",
    requests=funding_requests("{}_USDT".format, param="symbol", coins=FEW_COINS),
    history=Pages(
        100,
        {"page_num": "{page}", "page_size": "{size}"},
        since="2020-12-29",
        seconds=8 * 3600,
        doubt="How far back it reaches is not documented; it is asked until a page is empty.",
    ),
    cadence=60,
    page_size=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"success": true, "code": 0, "data": {"pageSize": 50, "totalCount": 6000, "totalPage": 120, "currentPage": 1,
    "resultList": [{"symbol": "BTC_USDT", "fundingRate": 0.0001, "settleTime": 1795420800000}]}}

    Newest first, in pages that are numbered.
    """
    reject_unless(payload, "success", True)

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["symbol"], one["settleTime"], one["fundingRate"])

    return with_intervals(each(payload["data"]["resultList"], payment))
