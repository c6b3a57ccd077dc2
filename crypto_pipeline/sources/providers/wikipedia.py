"""Wikipedia: how often articles about coins are read. https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/"""

from collections.abc import Iterator
from datetime import timedelta

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Context, Payload, Provider, RequestSpec, Rows, Whole, about, each

wikipedia = Provider(
    "wikipedia",
    "https://wikimedia.org/api/rest_v1/metrics",
    docs="https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/",
    per_minute=60,
    quirks="404 for days that are not counted yet, about one day. 403 for a User-Agent that does not say who asks.",
)

ARTICLES = ("Bitcoin", "Ethereum", "Cryptocurrency")


def _last_week(context: Context) -> Iterator[RequestSpec]:
    start, end = (f"{context.now - timedelta(days=days):%Y%m%d}00" for days in (7, 1))
    for article in ARTICLES:
        yield RequestSpec(article, values={"project": "en.wikipedia", "article": article, "start": start, "end": end})


@wikipedia.endpoint(
    Metric,
    "/pageviews/per-article/{project}/all-access/user/{article}/daily/{start}/{end}",
    requests=_last_week,
    cadence=360,
    history=Whole(
        path="/pageviews/per-article/{project}/all-access/user/{article}/daily/{start_day}00/{last_day}00",
        since="2015-07-01",
    ),
)
def pageviews(payload: Payload, spec: RequestSpec) -> Rows:
    """{"items": [{"project": "en.wikipedia", "article": "Bitcoin", "granularity": "daily", "timestamp": "2026112200",
    "access": "all-access", "agent": "user", "views": 6789}]}

    timestamp is the day as YYYYMMDDHH. Views of another language, or those of robots as well, are other figures of the same name.
    """

    def day(item: Payload) -> Metric:
        about(item.get("project"), spec.values["project"])
        about(item.get("agent"), "user")
        about(item.get("access"), "all-access")
        return _day(item)

    return each(payload["items"], day)


def _day(item: Payload) -> Metric:
    if item["article"] not in ARTICLES:
        raise ValueError(f"nobody asks for {item['article']!r:.60}")
    stamp = item["timestamp"]
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    return Metric(f"pageviews_{item['article'].lower()}", item["views"], "views in a day", timestamp=day)
