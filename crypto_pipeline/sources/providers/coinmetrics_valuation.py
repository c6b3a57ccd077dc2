"""Coin Metrics, community data: valuation and use of chains. https://docs.coinmetrics.io/api/v4"""

from crypto_pipeline.schema.rows import Metric, Row
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, Rows, each, reject

coinmetrics_valuation = Provider(
    "coinmetrics_valuation",
    "https://community-api.coinmetrics.io/v4",
    docs="https://docs.coinmetrics.io/api/v4",
    source="coinmetrics",
    budget=Budget(10, 6),
    quirks="Licensed CC BY-NC. Daily, a few hours late.",
)


@coinmetrics_valuation.endpoint(
    Metric,
    "/timeseries/asset-metrics",
    cadence=360,
    on=False,
    quirks="Off: coinmetrics.metrics has both figures and more, in chain_metrics (mvrv, active_addresses). Licensed CC BY-NC. Daily, a "
    "few hours late.",
    history=Pages(
        900,
        {"start_time": "{start_date}", "end_time": "{last_date}", "paging_from": "start", "page_size": "10000"},
        since="2010-07-18",
        drop=("limit_per_asset",),
    ),
    assets="btc,eth",
    metrics="CapMVRVCur,AdrActCnt,PriceUSD",
    frequency="1d",
    limit_per_asset=1,
)
def valuation(payload: Payload) -> Rows:
    """{"data": [{"asset": "btc", "time": "2026-11-22T00:00:00.000000000Z", "CapMVRVCur": "1.75", "AdrActCnt": "700000",
    "PriceUSD": "90500.5"}], "next_page_token": "x", ...}

    CapMVRVCur is the market capitalisation over the value at which coins last moved.
    """
    reject(payload.get("error"))
    return each(payload["data"], _day)


def _day(day: Payload) -> list[Row]:
    return [
        Metric(f"market_to_realised_value_{day['asset']}", day["CapMVRVCur"], "ratio", timestamp=day["time"]),
        Metric(f"active_addresses_{day['asset']}", day["AdrActCnt"], "count in a day", timestamp=day["time"]),
    ]
