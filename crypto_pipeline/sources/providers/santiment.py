"""Santiment: developer activity, volume of exchange-traded funds. https://academy.santiment.net/sanapi/"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Budget, Key, Parser, Payload, Provider, Rows, each, post, reject

santiment = Provider(
    "santiment",
    "https://api.santiment.net",
    docs="https://academy.santiment.net/sanapi/",
    too_often=("API Rate Limit Reached",),
    budget=Budget(500, 3600),
    key=Key("SANTIMENT_API_KEY", header="Authorization", prefix="Apikey "),
    quirks="1,000 queries a month without a key or with a free one.",
)


def _query(metric: str, slug: str) -> dict[str, str]:
    series = f'timeseriesDataJson(slug: "{slug}" from: "utc_now-3d" to: "utc_now" interval: "1d")'
    return {"query": f'{{ getMetric(metric: "{metric}") {{ {series} }} }}'}


def _series(name: str, unit: str) -> Parser:
    def days(payload: Payload) -> Rows:
        """{"data": {"getMetric": {"timeseriesDataJson": [{"datetime": "2026-11-22T00:00:00Z", "value": 12.0}]}}}

        Errors come as {"errors": [{"message": "..."}]}. The last day is still running.
        """
        reject([error["message"] for error in payload.get("errors", ())])
        series = payload["data"]["getMetric"]["timeseriesDataJson"]
        return each(series, lambda day: Metric(name, day["value"], unit, timestamp=day["datetime"]))

    return days


santiment.endpoint(
    Metric,
    post("/graphql", _query("dev_activity_1d", "bitcoin")),
    name="developer_activity",
    cadence=720,
)(_series("developer_activity_btc", "events in a day"))
santiment.endpoint(
    Metric,
    post("/graphql", _query("etf_volume_usd_5m", "ibit")),
    name="etf_volume",
    cadence=720,
    quirks="Traded volume, not net flow; 0 when the American market is closed.",
)(_series("etf_volume_ibit", "USD in a day"))
