"""Coin Metrics, community data: daily counts of chains. CC BY-NC 4.0: name the source, non-commercial."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Budget, Expected, Pages, Payload, Provider, Rows, each, number, reject, scaled

coinmetrics = Provider(
    "coinmetrics",
    "https://community-api.coinmetrics.io/v4",
    docs="https://docs.coinmetrics.io/cm-api-spec/rate-limits",
    budget=Budget(10, 6),
    quirks="CC BY-NC 4.0: name the source, non-commercial use. A day is final after midnight UTC.",
)

CHAINS = {
    "btc": "bitcoin",
    "eth": "ethereum",
    "ltc": "litecoin",
    "doge": "dogecoin",
    "bch": "bitcoin_cash",
    "dash": "dash",
    "zec": "zcash",
    "ada": "cardano",
    "xlm": "stellar",
    "xrp": "xrpl",
}


@coinmetrics.endpoint(
    ChainStat,
    "/timeseries/asset-metrics",
    cadence=60,
    answer=Expected(stale_after_minutes=4 * 24 * 60),
    history=Pages(
        900,
        {"start_time": "{start_date}", "end_time": "{last_date}", "paging_from": "start", "page_size": "10000"},
        since="2009-01-03",
        drop=("limit_per_asset",),
    ),
    assets=",".join(CHAINS),
    metrics="AdrActCnt,TxCnt,SplyCur,FeeTotNtv",
    frequency="1d",
    limit_per_asset=1,
    paging_from="end",
    page_size=100,
)
def chains(payload: Payload) -> Rows:
    """{"data": [{"asset": "btc", "time": "2026-01-01T00:00:00.000000000Z", "AdrActCnt": "700000", "TxCnt": "450000",
    "HashRate": "930000000.5", "DiffMean": "130000000000000", "SplyCur": "20000000.1", "FeeTotNtv": "5.1"}, ...]}

    One entry a day and asset, as texts. A metric that an asset does not have fails the whole request, so the hash rate
    (TH/s) is read where it is there and not asked for.
    """
    reject(payload.get("error"))
    return each(payload["data"], _day)


def _day(day: Payload) -> ChainStat | None:
    chain = CHAINS.get(day["asset"])
    if chain is None:
        return None
    return ChainStat(
        chain,
        network_hashrate=scaled(day.get("HashRate"), 1e12),
        difficulty=day.get("DiffMean"),
        transactions_24h=day["TxCnt"],
        circulating_supply=day["SplyCur"],
        extra={"active_addresses": number(day["AdrActCnt"]), "fees_coins": number(day["FeeTotNtv"])},
        timestamp=day["time"],
    )
