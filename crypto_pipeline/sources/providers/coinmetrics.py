"""Coin Metrics, community data: daily counts of chains. CC BY-NC 4.0: name the source, non-commercial."""

from crypto_pipeline.schema.rows import ChainMetric, ChainStat, Row
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Pages,
    Payload,
    Provider,
    Rows,
    each,
    known,
    reject,
    scaled,
)

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
        transactions_24h=day.get("TxCnt"),
        circulating_supply=day.get("SplyCur"),
        extra=known(active_addresses=scaled(day.get("AdrActCnt"), 1), fees_coins=scaled(day.get("FeeTotNtv"), 1)),
        timestamp=day["time"],
    )


LICENCE = "CC BY-NC 4.0"
METRICS: dict[str, tuple[str, str, float]] = {
    "AdrActCnt": ("active_addresses", "count in a day", 1),
    "TxCnt": ("transactions", "count in a day", 1),
    "TxTfrValAdjUSD": ("transfer_value", "USD in a day", 1),
    "FeeTotNtv": ("fees", "coins in a day", 1),
    "FeeTotUSD": ("fees_usd", "USD in a day", 1),
    "IssTotNtv": ("issuance", "coins in a day", 1),
    "SplyCur": ("supply", "coins", 1),
    "PriceUSD": ("price", "USD", 1),
    "CapMrktCurUSD": ("market_cap", "USD", 1),
    "CapRealUSD": ("realised_cap", "USD", 1),
    "CapMVRVCur": ("mvrv", "ratio", 1),
    "NVTAdj": ("nvt", "ratio", 1),
    "BlkCnt": ("blocks", "count in a day", 1),
    "HashRate": ("hash_rate", "H/s", 1e12),
    "DiffMean": ("difficulty", "expected hashes / 2^32", 1),
}
"""By its code of a metric: our name, the unit, and by how much its number is multiplied; its hash rate is TH/s."""
DAYS_OF_A_PAGE = 120
"""Of all assets: a page of fifteen metrics stays within the 20,000 rows that an answer may have."""


@coinmetrics.endpoint(
    ChainMetric,
    "/timeseries/asset-metrics",
    cadence=360,
    docs="https://docs.coinmetrics.io/api/v4",
    quirks="CC BY-NC 4.0: name the source, non-commercial use; each row says so. What a chain does not have, or is not free, is left "
    "out of the answer. Capitalisation at the price at which each coin last moved is realised_cap; mvrv is market_cap over it.",
    history=Pages(
        DAYS_OF_A_PAGE,
        {"start_time": "{start_date}", "end_time": "{last_date}", "paging_from": "start", "page_size": "10000"},
        since="2009-01-03",
        drop=("limit_per_asset",),
        doubt="Which of the metrics are free was read in public code, not in an answer.",
    ),
    assets=",".join(CHAINS),
    metrics=",".join(METRICS),
    frequency="1d",
    limit_per_asset=5,
    paging_from="end",
    page_size=100,
    ignore_unsupported_errors="true",
    ignore_forbidden_errors="true",
)
def metrics(payload: Payload) -> Rows:
    """{"data": [{"asset": "btc", "time": "2026-11-22T00:00:00.000000000Z", "AdrActCnt": "711820", "CapMVRVCur": "1.75",
    "CapRealUSD": "1031820441133.2", "HashRate": "1092204118.3", ...}], "next_page_token": "0", ...}

    One entry a day, as texts; what is not known of a day is null or not there.
    """
    reject(payload.get("error"))
    return each(payload["data"], _metrics_of_day)


def _metrics_of_day(day: Payload) -> list[Row] | None:
    chain, at = CHAINS.get(day["asset"]), day["time"]
    if chain is None:
        return None
    return [
        ChainMetric(chain, name, scaled(day[code], factor) if factor != 1 else day[code], unit, at, LICENCE)
        for code, (name, unit, factor) in METRICS.items()
        if day.get(code) is not None
    ]
