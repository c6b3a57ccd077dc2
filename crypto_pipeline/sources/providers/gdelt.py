"""GDELT: news of the world's press about crypto, and their tone. https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/"""

from crypto_pipeline.schema.rows import Article, Metric
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, about, each, get

gdelt = Provider(
    "gdelt",
    "https://api.gdeltproject.org/api/v2/doc",
    docs="https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/",
    too_often=("limit requests to one every",),
    budget=Budget(1, 5),
    quirks="Answers 429 to most addresses in data centres, and errors as plain text with 200: off by default.",
)


@gdelt.endpoint(
    Metric,
    get("/doc", {"format": "json"}),
    cadence=360,
    on=False,
    query="bitcoin",
    mode="timelinetone",
    timespan="1d",
)
def tone(payload: Payload) -> Rows:
    """{"query_details": {"title": "bitcoin", "date_resolution": "hour"}, "timeline": [{"series": "Average Tone",
    "data": [{"date": "20261123T110000Z", "value": -0.85}]}]}
    """
    about((payload.get("query_details") or {}).get("title"), "bitcoin")
    return each(payload["timeline"][0]["data"], _tone)


def _tone(hour: Payload) -> Metric:
    return Metric("news_tone_bitcoin", hour["value"], "average tone, about -10 to 10", timestamp=hour["date"])


@gdelt.endpoint(
    Article,
    get("/doc", {"format": "json"}),
    cadence=60,
    on=False,
    answer=Expected(may_be_empty=True, language="en"),
    quirks="The time is the one at which GDELT saw the article. Refuses most addresses in data centres: off by default.",
    query="(bitcoin OR ethereum OR cryptocurrency) sourcelang:eng",
    mode="artlist",
    sort="datedesc",
    maxrecords=75,
    timespan="1h",
)
def articles(payload: Payload) -> Rows:
    """{"articles": [{"url": "https://...", "url_mobile": "", "title": "...", "seendate": "20261123T114500Z",
    "socialimage": "https://...", "domain": "outlet.example", "language": "English", "sourcecountry": "United States"}]}

    Titles have blanks around their punctuation.
    """
    return each(payload["articles"], _article)


def _article(entry: Payload) -> Article:
    return Article(entry["title"], entry["url"], entry.get("seendate"), author=entry.get("domain"))
