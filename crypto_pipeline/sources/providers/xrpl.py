"""The XRP Ledger, from its public servers: fees, the state of the ledger, payments of the newest one.

All servers say the same, so they are one source and one pool each. An error is a 200 whose result has status "error".
"""

from datetime import datetime

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Payload,
    PoolMember,
    Provider,
    Rows,
    about,
    at_least,
    each,
    known,
    post,
    reject_unless,
    scaled,
    whole,
)

SERVERS = {
    "xrpl_s1": "https://s1.ripple.com:51234/",
    "xrpl_cluster": "https://xrplcluster.com/",
    "xrpl_s2": "https://s2.ripple.com:51234/",
}
DROPS_PER_XRP = 10**6
MAINNET = "0"
"""Its number among the networks of the ledger; older servers do not say it. https://xrpl.org/docs/concepts/networks-and-servers/parallel-networks"""
RIPPLE_EPOCH = 946_684_800
"""Ledgers count seconds from the first moment of 2000."""

NODES = {
    name: Provider(
        name,
        url,
        docs="https://xrpl.org/docs/references",
        too_often=('"error":"slowDown"', '"error":"tooBusy"'),
        budget=Budget(12, 60),
        source="xrpl",
    )
    for name, url in SERVERS.items()
}


def _result(payload: Payload) -> Payload:
    """The result of an answer; over a WebSocket its status stands beside it instead of inside."""
    found = payload["result"]
    reject_unless(found if "status" in found else payload, "status", "success")
    return found


def fees(payload: Payload) -> Rows:
    """{"result": {"drops": {"base_fee": "10", "median_fee": "5000", "minimum_fee": "10", "open_ledger_fee": "10"},
    "ledger_current_index": 100000000, "status": "success", ...}}

    Drops a transaction; a million drops are an XRP. minimum_fee is what a place in the queue costs: more than base_fee where the
    queue is full, and then nothing is had for base_fee.
    """
    answer = _result(payload)
    drops = answer["drops"]
    yield Gas(
        "xrpl",
        gas_price=drops.get("open_ledger_fee"),
        slow=drops.get("minimum_fee"),
        standard=at_least(drops.get("base_fee"), drops.get("minimum_fee")),
        fast=drops.get("open_ledger_fee"),
        unit="drops/tx",
        block_number=answer.get("ledger_current_index"),
    )


def stats(payload: Payload) -> Rows:
    """{"result": {"info": {"load_factor": 1, "peers": 100, "time": "2026-Jan-01 00:00:00.000000 UTC",
    "validated_ledger": {"age": 3, "base_fee_xrp": 1e-05, "seq": 100000000, ...}, ...}, "status": "success"}}"""
    info = _result(payload)["info"]
    about(info.get("network_id"), MAINNET)
    ledger = info.get("validated_ledger") or {}
    yield ChainStat(
        "xrpl",
        latest_block=ledger.get("seq"),
        extra=known(base_fee_xrp=scaled(ledger.get("base_fee_xrp"), 1), load_factor=scaled(info.get("load_factor"), 1)),
        timestamp=_iso(info["time"]) if info.get("time") else None,
    )


def _iso(text: str) -> str:
    """2026-Jan-01 00:00:00.000000 UTC as everybody else writes it."""
    return datetime.strptime(text.replace("UTC", "+0000"), "%Y-%b-%d %H:%M:%S.%f %z").isoformat()


def payments(payload: Payload) -> Rows:
    """{"result": {"ledger": {"close_time": 820540800, "transactions": [{"hash": "AA", "Account": "rFrom",
        "Destination": "rTo", "Amount": "5000000000000", "TransactionType": "Payment",
        "metaData": {"TransactionResult": "tesSUCCESS", "delivered_amount": "5000000000000", ...}}], ...},
     "ledger_index": 100000000, "status": "success", "validated": true}}

    Only delivered_amount moved: Amount is an upper limit. A text is drops of XRP, an object an issued token.
    """
    answer = _result(payload)
    ledger = answer["ledger"]
    closed = scaled(ledger.get("close_time"), 1)
    closed_at = None if closed is None else closed + RIPPLE_EPOCH

    def payment(entry: Payload) -> Transfer | None:
        meta = entry["metaData"]
        if entry["TransactionType"] != "Payment" or meta["TransactionResult"] != "tesSUCCESS":
            return None
        delivered = meta["delivered_amount"]
        if isinstance(delivered, dict) or entry["Account"] == entry["Destination"]:
            return None
        return Transfer(
            "xrpl",
            entry["hash"],
            "XRP",
            amount=whole(delivered) / DROPS_PER_XRP,
            from_address=entry.get("Account"),
            to_address=entry.get("Destination"),
            block_number=answer.get("ledger_index"),
            timestamp=closed_at,
        )

    return each(ledger["transactions"], payment)


for _priority, _node in enumerate(NODES.values()):
    _node.endpoint(
        Gas,
        post("", {"method": "fee", "params": [{}]}),
        pool=PoolMember("gas_xrpl", _priority),
        docs="https://xrpl.org/fee.html",
        quirks="A fee for a transaction, not for a unit of work.",
    )(fees)
    _node.endpoint(
        ChainStat,
        post("", {"method": "server_info", "params": [{}]}),
        cadence=15,
        pool=PoolMember("stats_xrpl", _priority),
        docs="https://xrpl.org/server_info.html",
    )(stats)
    _node.endpoint(
        Transfer,
        post("", {"method": "ledger", "params": [{"ledger_index": "validated", "transactions": True, "expand": True}]}),
        cadence=15,
        pool=PoolMember("transfers_xrpl", _priority),
        answer=Expected(may_be_empty=True),
        docs="https://xrpl.org/ledger.html",
        quirks="One of the 225 ledgers of a quarter of an hour: a sample.",
    )(payments)
