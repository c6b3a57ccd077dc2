"""GitHub: attention to the software of chains. https://docs.github.com/rest/repos/repos"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Budget, Key, Payload, Provider, RequestSpec, Rows

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


@github.endpoint(
    Metric,
    "/repos/{repo}",
    requests=lambda context: [
        RequestSpec(coin, values={"coin": coin, "repo": repo})
        for coin, repo in REPOSITORIES.items()
        if coin in context.universe
    ],
    cadence=360,
)
def repository(payload: Payload, spec: RequestSpec) -> Rows:
    """{"id": 1181927, "name": "bitcoin", "full_name": "bitcoin/bitcoin", "stargazers_count": 86000, "subscribers_count": 4000,
    "forks_count": 38500, "open_issues_count": 700, "pushed_at": "2026-11-23T07:00:00Z", "updated_at": "2026-11-23T11:30:00Z", ...}

    open_issues_count holds pull requests as well.
    """
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
