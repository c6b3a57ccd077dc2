"""Mastodon: posts with the tags of coins. https://docs.joinmastodon.org/methods/tags/"""

from crypto_pipeline.schema.rows import Metric, Row
from crypto_pipeline.sources.kit import Budget, Payload, Provider, RequestSpec, Rows, about, each

mastodon = Provider(
    "mastodon",
    "https://mastodon.social/api/v1",
    docs="https://docs.joinmastodon.org/methods/tags/",
    budget=Budget(300, 300),
)


@mastodon.endpoint(
    Metric,
    "/tags/{tag}",
    requests=lambda context: [RequestSpec(tag, values={"tag": tag}) for tag in ("bitcoin", "ethereum", "crypto")],
    cadence=60,
)
def tag(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": "802", "name": "bitcoin", "url": "...", "history": [{"day": "1795392000", "accounts": "120", "uses": "300"}, ...]}

    Newest first; the first day is still running.
    """
    name = spec.values["tag"]
    about(payload.get("name"), name)

    def day(entry: Payload) -> list[Row]:
        return [
            Metric(f"posts_{name}", entry["uses"], "posts in a day", timestamp=entry["day"]),
            Metric(f"authors_{name}", entry["accounts"], "accounts in a day", timestamp=entry["day"]),
        ]

    return each(payload["history"], day)
