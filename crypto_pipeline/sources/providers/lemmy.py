"""Lemmy: the cryptocurrency community of lemmy.world. https://join-lemmy.org/docs/contributors/04-api.html"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Payload, Provider, Rows, about, get, reject

lemmy = Provider(
    "lemmy",
    "https://lemmy.world/api/v3",
    docs="https://join-lemmy.org/docs/contributors/04-api.html",
    per_minute=30,
    quirks="A small community, and the next version of the interface is another one: off by default.",
)


COMMUNITY = "cryptocurrency"


@lemmy.endpoint(Metric, get("/community", {"name": COMMUNITY}), cadence=360, on=False)
def community(payload: Payload) -> Rows:
    """{"community_view": {"community": {"id": 1, "name": "cryptocurrency", ...}, "counts": {"community_id": 1,
    "subscribers": 2500, "posts": 900, "comments": 5000, "users_active_day": 4, ...}}, "moderators": [...]}
    """
    reject(payload.get("error"))
    about((payload["community_view"].get("community") or {}).get("name"), COMMUNITY)
    counts = payload["community_view"]["counts"]
    return [
        Metric("subscribers_cryptocurrency", counts.get("subscribers"), "count"),
        Metric("active_users_cryptocurrency", counts.get("users_active_day"), "users in a day"),
    ]
