"""SoSoValue: flows of exchange-traded funds, with a free key. https://sosovalue-1.gitbook.io/soso-value-api-doc"""

from crypto_pipeline.schema.rows import Metric, Row
from crypto_pipeline.sources.kit import Expected, Key, Parser, Payload, Provider, Rows, each, post, reject_unless

sosovalue = Provider(
    "sosovalue",
    "https://openapi.sosovalue.com/openapi/v2",
    docs="https://sosovalue-1.gitbook.io/soso-value-api-doc",
    per_minute=10,
    key=Key("SOSOVALUE_API_KEY", header="x-soso-api-key", required=True),
    quirks="The newest day appears after the American market has closed.",
)

WEEK = 7 * 24 * 60
"""Minutes; over holidays there is no trading."""

MEASURED = (
    ("etf_net_flow", "totalNetInflow", "USD in a day"),
    ("etf_net_assets", "totalNetAssets", "USD"),
    ("etf_cumulative_flow", "cumNetInflow", "USD"),
)


def _flows(coin: str) -> Parser:
    def flows(payload: Payload) -> Rows:
        """{"code": 0, "msg": null, "data": [{"date": "2026-11-20", "totalNetInflow": -125000000.5,
        "totalValueTraded": 4500000000.1, "totalNetAssets": 110000000000.2, "cumNetInflow": 58000000000.3}]}

        About 300 days.
        """
        reject_unless(payload, "code", 0)
        return each(payload["data"], day)

    def day(entry: Payload) -> list[Row]:
        return [Metric(f"{name}_{coin}", entry[field], unit, timestamp=entry["date"]) for name, field, unit in MEASURED]

    return flows


for _coin in ("btc", "eth"):
    sosovalue.endpoint(
        Metric,
        post("/etf/historicalInflowChart", {"type": f"us-{_coin}-spot"}),
        name=f"etf_flows_{_coin}",
        cadence=360,
        answer=Expected(stale_after_minutes=WEEK),
    )(_flows(_coin))
