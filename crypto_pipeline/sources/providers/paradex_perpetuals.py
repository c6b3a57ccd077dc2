"""Paradex: prices of its perpetuals. https://docs.paradex.trade"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject, scaled

paradex_perpetuals = Provider(
    "paradex_perpetuals",
    "https://api.prod.paradex.trade/v1",
    docs="https://docs.paradex.trade/api/prod/markets/get-markets-summary",
    source="paradex_perpetual",
    budget=Budget(20, 1),
    quirks="Prices are those of perpetual contracts.",
)


@paradex_perpetuals.endpoint(Quote, "/markets/summary", name="tickers", market="ALL")
def summaries(payload: Payload) -> Rows:
    """{"results": [{"symbol": "BTC-USD-PERP", "oracle_price": "90510", "mark_price": "90502", "last_traded_price": "90500",
    "volume_24h": "108000000", "created_at": 1795435199000, "open_interest": "162.2", "price_change_rate_24h": "0.0056", ...}]}

    volume_24h is dollars, price_change_rate_24h a fraction; numbers that are missing are empty texts. BTC-USD-90000-C is
    an option. An error is {"error": "...", "message": "..."}.
    """
    reject(payload.get("message") or payload.get("error"))
    return each(payload["results"], _quote)


def _quote(summary: Payload) -> Quote | None:
    base, currency, *kind = summary["symbol"].split("-")
    if kind != ["PERP"] or not summary["last_traded_price"]:
        return None
    return of_one_coin(
        Quote(
            summary["symbol"],
            last=summary["last_traded_price"],
            volume_quote=summary.get("volume_24h"),
            change_percent=scaled(summary.get("price_change_rate_24h"), 100),
            timestamp=summary.get("created_at"),
            base=base,
            quote=currency,
        )
    )
