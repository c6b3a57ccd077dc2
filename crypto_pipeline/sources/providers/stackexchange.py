"""Stack Exchange: questions about Bitcoin and Ethereum. https://api.stackexchange.com/docs/info"""

from crypto_pipeline.schema.rows import Metric, Row
from crypto_pipeline.sources.kit import Budget, Key, Payload, Provider, RequestSpec, Rows, each, reject

stackexchange = Provider(
    "stackexchange",
    "https://api.stackexchange.com/2.3",
    docs="https://api.stackexchange.com/docs/info",
    too_often=('"error_id":502',),
    budget=Budget(300, 24 * 3600),
    key=Key("STACKEXCHANGE_KEY", param="key"),
    quirks="300 requests a day and address without a key.",
)


@stackexchange.endpoint(
    Metric,
    "/info",
    requests=lambda context: [
        RequestSpec(site, values={"site": site}, params={"site": site}) for site in ("bitcoin", "ethereum")
    ],
    cadence=360,
)
def info(payload: Payload, spec: RequestSpec) -> Rows:
    """{"items": [{"total_questions": 32000, "questions_per_minute": 0.01, ...}], "has_more": false, "quota_max": 300,
    "quota_remaining": 299}

    An error has error_id and error_message.
    """
    reject(payload.get("error_message"))
    site = spec.values["site"]

    def counts(item: Payload) -> list[Row]:
        return [
            Metric(f"questions_{site}", item["total_questions"], "count"),
            Metric(f"questions_per_minute_{site}", item["questions_per_minute"], "per minute"),
        ]

    return each(payload["items"], counts)
