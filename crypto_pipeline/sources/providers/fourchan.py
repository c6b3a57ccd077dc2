"""4chan: how many threads of its business board speak of coins. https://github.com/4chan/4chan-API"""

import re

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, number_or_none, present

fourchan = Provider(
    "fourchan",
    "https://a.4cdn.org",
    docs="https://github.com/4chan/4chan-API",
    budget=Budget(1, 1),
    quirks="Nobody moderates it, so it is off by default. Threads are counted; what people write is not kept.",
)

COINS = {"btc": r"\b(?:btc|bitcoin)\b", "eth": r"\b(?:eth|ethereum)\b", "sol": r"\b(?:sol|solana)\b"}
_TAG = re.compile(r"<[^<>]*>")


@fourchan.endpoint(Metric, "/biz/catalog.json", cadence=60, on=False)
def business_board(payload: Payload) -> Rows:
    """[{"page": 1, "threads": [{"no": 1, "now": "11/23/26(Mon)08:00:00", "sub": "BTC general", "com": "text<br>of the post",
    "replies": 12, "images": 1, "time": 1795420800, "last_modified": 1795435140}]}]

    Subject and text are HTML; each of them can be missing.
    """
    threads = [thread for page in present(payload) for thread in present(page["threads"])]
    texts = [_TAG.sub(" ", f"{thread.get('sub', '')} {thread.get('com', '')}").casefold() for thread in threads]
    newest = max(at for thread in threads if (at := number_or_none(thread.get("last_modified"))))
    return [
        Metric(
            f"thread_share_{coin}",
            100 * sum(re.search(pattern, text) is not None for text in texts) / len(texts),
            "percent",
            timestamp=newest,
        )
        for coin, pattern in COINS.items()
    ]
