"""KuCoin: funding and open interest of its perpetuals. https://www.kucoin.com/docs-new/rest/futures-trading/market-data/get-all-symbols"""

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Derivative, Funding
from crypto_pipeline.sources.formats.contracts import bundle, of_no_coin, per_coin
from crypto_pipeline.sources.formats.funding import funding_requests, with_intervals
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    get,
    is_missing,
    is_set,
    product,
    reject_unless,
    scaled,
)

kucoin_perpetuals = Provider(
    "kucoin_perpetuals",
    "https://api-futures.kucoin.com",
    docs="https://www.kucoin.com/docs-new/rest/futures-trading/market-data/get-all-symbols",
    too_often=('"code":"429000"', '"code":"200002"'),
    source="kucoin",
    budget=Budget(2000, 30),
)

MS_PER_HOUR = 3_600_000


@kucoin_perpetuals.endpoint(Derivative, "/api/v1/contracts/active", cadence=15)
def contracts(payload: Payload) -> Rows:
    """{"code": "200000", "data": [{"symbol": "XBTUSDTM", "baseCurrency": "XBT", "quoteCurrency": "USDT", "multiplier": 0.001,
    "isInverse": false, "status": "Open", "fundingFeeRate": 0.0001, "fundingRateGranularity": 28800000,
    "openInterest": "5191275", "turnoverOf24h": 2361994501.7, "markPrice": 90500.5, "indexPrice": 90510.1, ...}]}

    openInterest counts lots of multiplier coins. currentFundingRateGranularity is the interval of the running payment, where the
    usual one has just been changed. Dated contracts have no funding. Contracts paid in coins are passed over, and those of shares
    and metals: "marketType": "NASDAQ", "assetClass": "STOCK".
    """
    reject_unless(payload, "code", "200000")
    return each(payload["data"], _contract)


def _contract(contract: Payload) -> Derivative | None:
    perpetual = contract["fundingFeeRate"] is not None and contract["status"] == "Open"
    if not perpetual or is_set(contract.get("isInverse")) or contract["quoteCurrency"] not in DOLLARS:
        return None
    if of_no_coin(contract.get("marketType"), contract.get("assetClass")):
        return None
    symbol, size = bundle(contract["baseCurrency"])
    running = contract.get("currentFundingRateGranularity")
    granularity = scaled(contract.get("fundingRateGranularity") if is_missing(running) else running, 1)
    units = product(contract.get("openInterest"), contract.get("multiplier"))
    return Derivative(
        symbol,
        contract["symbol"],
        funding_rate=contract.get("fundingFeeRate"),
        funding_interval_hours=None if granularity is None else granularity / MS_PER_HOUR,
        next_funding_at=contract.get("nextFundingRateDateTime"),
        open_interest=scaled(units, size),
        open_interest_usd=product(units, contract.get("markPrice")),
        mark_price=per_coin(contract.get("markPrice"), size),
        index_price=per_coin(contract.get("indexPrice"), size),
        volume_24h_usd=contract.get("turnoverOf24h"),
    )


@kucoin_perpetuals.endpoint(
    Funding,
    get("/api/v1/contract/funding-rates", weight=5),
    requests=funding_requests(
        lambda coin: f"{'XBT' if coin == 'BTC' else coin}USDTM", param="symbol", span_of="from to"
    ),
    history=Pages(
        100,
        {"from": "{start_ms}", "to": "{last_ms}"},
        since="2020-01-01",
        seconds=4 * 3600,
        doubt="Of a contract that paid more often than every four hours some payments may be missing.",
    ),
    cadence=60,
    docs="https://www.kucoin.com/docs-new/rest/futures-trading/funding-fees/get-public-funding-history",
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "200000", "data": [{"symbol": "XBTUSDTM", "fundingRate": 0.0001, "timepoint": 1795420800000}]}

    Newest first.
    """
    reject_unless(payload, "code", "200000")

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["symbol"], one["timepoint"], one["fundingRate"])

    return with_intervals(each(payload["data"], payment))
