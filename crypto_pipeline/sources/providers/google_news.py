"""Google News, a search. https://news.google.com"""

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.formats.feeds import feed
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows

google_news = Provider(
    "google_news",
    "https://news.google.com",
    docs="https://news.google.com/",
    per_minute=6,
    quirks="Its terms allow a reader's personal use only: off by default. Links are opaque, some times are midnight.",
)


@google_news.endpoint(
    Article,
    "/rss/search",
    cadence=15,
    on=False,
    answer=Expected(format="xml", may_be_empty=True, language="en"),
    q="(bitcoin OR ethereum OR crypto) when:1d",
    hl="en-US",
    gl="US",
    ceid="US:en",
)
def search(payload: Payload) -> Rows:
    """<rss version="2.0"><channel>...<item><title>Bitcoin rises - Outlet</title><link>https://news.google.com/rss/articles/CBMi?oc=5</link>
    <guid isPermaLink="false">CBMi</guid><pubDate>Mon, 23 Nov 2026 10:05:00 GMT</pubDate><description>a link with the title</description>
    <source url="https://outlet.example">Outlet</source></item></channel></rss>

    The outlet stands behind the last dash of the title. The description only repeats the title.
    """
    for row in feed(payload):
        if isinstance(row, Article) and row.title:
            headline, dash, outlet = row.title.rpartition(" - ")
            yield row._replace(title=headline, author=outlet, content=None) if dash else row
        else:
            yield row
