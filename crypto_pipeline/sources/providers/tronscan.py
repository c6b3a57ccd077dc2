"""TRONSCAN, explorer of Tron: height, daily counts, newest transfers. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat, Transfer
from crypto_pipeline.sources.kit import (
    Expected,
    Key,
    Payload,
    PoolMember,
    Provider,
    Rows,
    about,
    each,
    is_set,
    known,
    number,
    reject_unless,
    scaled,
    whole,
)

tronscan = Provider(
    "tronscan",
    "https://apilist.tronscanapi.com/api",
    docs="https://docs.tronscan.org/api-endpoints/homepage",
    key=Key("TRONSCAN_API_KEY", header="TRON-PRO-API-KEY"),
)
USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
USDT_DECIMALS = 6
TRANSFERS = "https://docs.tronscan.org/api-endpoints/transactions-and-transfers"
A_SAMPLE = "The newest 50 transfers are some seconds of traffic: a sample."


@tronscan.endpoint(ChainStat, "/system/status", cadence=15)
def status(payload: Payload) -> Rows:
    """{"database": {"block": 86056820, "confirmedBlock": 86056800}, "full": {"block": 86056821}, "solidity": {"block": 86056802}, ...}"""
    yield ChainStat("tron", latest_block=payload["full"].get("block"))


@tronscan.endpoint(ChainStat, "/stats/overview", days=2, cadence=60, on=False)
def overview(payload: Payload) -> Rows:
    """{"success": true, "data": [{"date": 1767139200000, "totalTransaction": 12000000000, "newTransactionSeen": 9000000,
    "totalAddress": 340000000, ...}, ...]}

    One entry a day.
    """
    reject_unless(payload, "success", True)
    return each(payload["data"], _day)


def _day(day: Payload) -> ChainStat:
    return ChainStat(
        "tron",
        total_transactions=day.get("totalTransaction"),
        transactions_24h=day.get("newTransactionSeen"),
        extra=known(addresses=scaled(day.get("totalAddress"), 1)),
        timestamp=day["date"],
    )


@tronscan.endpoint(
    Transfer,
    "/token_trc20/transfers",
    cadence=15,
    pool=PoolMember("transfers_tron_usdt", 1),
    answer=Expected(may_be_empty=True),
    docs=TRANSFERS,
    quirks=A_SAMPLE,
    limit=50,
    start=0,
    sort="-timestamp",
    contract_address=USDT,
    filterTokenValue=1,
)
def usdt_transfers(payload: Payload) -> Rows:
    """{"total": 10000, "token_transfers": [{"transaction_id": "aa", "block_ts": 1788842253000, "from_address": "Tfrom",
    "to_address": "Tto", "block": 86056821, "quant": "1500000000000", "finalResult": "SUCCESS",
    "tokenInfo": {"tokenAbbr": "USDT", "tokenDecimal": 6}, "revert": false, ...}]}"""
    return each(payload["token_transfers"], _usdt)


def _usdt(entry: Payload) -> Transfer | None:
    if is_set(entry["revert"]) or entry["finalResult"] != "SUCCESS":
        return None
    about(entry.get("contract_address"), USDT)
    about((entry.get("tokenInfo") or {}).get("tokenDecimal"), str(USDT_DECIMALS))
    return Transfer(
        "tron",
        entry["transaction_id"],
        "USDT",
        amount=whole(entry["quant"]) / 10**USDT_DECIMALS,
        from_address=entry.get("from_address"),
        to_address=entry.get("to_address"),
        block_number=entry.get("block"),
        timestamp=entry.get("block_ts"),
    )


@tronscan.endpoint(
    Transfer,
    "/transfer",
    cadence=15,
    answer=Expected(may_be_empty=True),
    docs=TRANSFERS,
    quirks=A_SAMPLE,
    limit=50,
    start=0,
    sort="-timestamp",
    count="true",
)
def trx_transfers(payload: Payload) -> Rows:
    """{"total": 10000, "data": [{"block": 86056821, "transactionHash": "aa", "timestamp": 1788842253000,
    "transferFromAddress": "Tfrom", "transferToAddress": "Tto", "amount": 5000000000000, "tokenName": "_",
    "contractRet": "SUCCESS", "revert": false, ...}]}

    Millionths of a TRX. Tokens are mixed in; the coin itself is called "_".
    """
    return each(payload["data"], _trx)


def _trx(entry: Payload) -> Transfer | None:
    if entry["tokenName"] != "_" or is_set(entry["revert"]) or entry["contractRet"] != "SUCCESS":
        return None
    return Transfer(
        "tron",
        entry["transactionHash"],
        "TRX",
        amount=number(entry["amount"]) / 1e6,
        from_address=entry.get("transferFromAddress"),
        to_address=entry.get("transferToAddress"),
        block_number=entry.get("block"),
        timestamp=entry.get("timestamp"),
    )
