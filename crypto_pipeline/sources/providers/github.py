"""GitHub: attention to the software of chains. https://docs.github.com/rest/repos/repos"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Expected,
    Key,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
    each,
    is_past,
    present,
    reject,
)

github = Provider(
    "github",
    "https://api.github.com",
    docs="https://docs.github.com/rest/repos/repos",
    too_often=("secondary rate limit", "API rate limit exceeded"),
    budget=Budget(60, 3600),
    headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
    key=Key("GITHUB_TOKEN", header="Authorization", prefix="Bearer "),
    quirks="60 requests an hour and address, 5,000 with a token.",
)

REPOSITORIES = {"BTC": "bitcoin/bitcoin", "ETH": "ethereum/go-ethereum", "SOL": "anza-xyz/agave"}


def _repositories(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin, "repo": repo})
        for coin, repo in REPOSITORIES.items()
        if coin in context.universe
    ]


@github.endpoint(Metric, "/repos/{repo}", requests=_repositories, cadence=360)
def repository(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": 1181927, "name": "bitcoin", "full_name": "bitcoin/bitcoin", "stargazers_count": 86000, "subscribers_count": 4000,
    "forks_count": 38500, "open_issues_count": 700, "pushed_at": "2026-11-23T07:00:00Z", "updated_at": "2026-11-23T11:30:00Z", ...}

    open_issues_count holds pull requests as well.
    """
    about(payload.get("full_name"), spec.values["repo"])
    suffix = spec.values["coin"].lower()
    counted = (
        ("repository_stars", "stargazers_count"),
        ("repository_forks", "forks_count"),
        ("repository_open_issues", "open_issues_count"),
    )
    return [
        Metric(f"{name}_{suffix}", payload.get(field), "count", timestamp=payload.get("updated_at"))
        for name, field in counted
    ]


WEEK = 7 * 86_400
WEEKS = 52
WEEKS_READ = 3
"""Where the past was not asked for."""


@github.endpoint(
    Metric,
    "/repos/{repo}/stats/commit_activity",
    requests=_repositories,
    cadence=1440,
    answer=Expected(stale_after_minutes=16 * 24 * 60),
    docs="https://docs.github.com/rest/metrics/statistics",
    quirks="The last year, week by week from Sunday; it answers 202 and {} while it counts, and the next collection gets the weeks.",
    history=Pages(WEEKS, reach=WEEKS, seconds=WEEK),
)
def commit_activity(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"total": 118, "week": 1794096000, "days": [4, 20, 31, 22, 18, 15, 8]}, {"total": 97, "week": 1794700800, "days": [...]}]

    Oldest first; the newest week is not over and left out. Commits to the main branch, merges not counted.
    """
    if not isinstance(payload, list):
        reject("the commits are still being counted" if payload == {} else str(payload.get("message") or "no list"))
    weeks = present(payload)
    name = f"commits_{spec.values['coin'].lower()}"

    def week(one: Payload) -> Metric:
        return Metric(name, one["total"], "count in a week", timestamp=one["week"])

    return each(weeks if is_past(spec) else weeks[-WEEKS_READ - 1 : -1], week)
