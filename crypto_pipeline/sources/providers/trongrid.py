"""TronGrid, a node of Tron: the newest block, the voted prices, transfers of USDT. The key is optional."""

from hashlib import sha256

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import (
    Expected,
    Key,
    Payload,
    PoolMember,
    Provider,
    Rows,
    about,
    each,
    how_many,
    post,
    present,
    reject,
    reject_unless,
    whole,
)

trongrid = Provider(
    "trongrid",
    "https://api.trongrid.io",
    docs="https://developers.tron.network/reference",
    too_often=("exceeds the frequency limit", "request rate exceeded"),
    key=Key("TRONGRID_API_KEY", header="TRON-PRO-API-KEY"),
)

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@trongrid.endpoint(ChainStat, post("/wallet/getnowblock"), cadence=15)
def block(payload: Payload) -> Rows:
    """{"blockID": "00", "block_header": {"raw_data": {"number": 86056821, "timestamp": 1788842253000, ...}, ...},
    "transactions": [{"txID": "00", ...}, ...]}

    An empty block has no transactions member.
    """
    reject(payload.get("Error"))
    header = payload["block_header"]["raw_data"]
    yield ChainStat(
        "tron",
        latest_block=whole(header["number"]),
        block_transactions=how_many(payload.get("transactions", [])),
        timestamp=header.get("timestamp"),
    )


@trongrid.endpoint(
    Gas,
    post("/wallet/getchainparameters"),
    cadence=15,
    quirks="The price is set by vote: there is no slow and no fast.",
)
def gas(payload: Payload) -> Rows:
    """{"chainParameter": [{"key": "getTransactionFee", "value": 1000}, {"key": "getEnergyFee", "value": 100}, ...]}

    Millionths of a TRX (sun) per unit of energy. A parameter that was never voted on has no value.
    """
    parameters = {parameter.get("key"): parameter.get("value") for parameter in present(payload["chainParameter"])}
    price = parameters["getEnergyFee"]
    yield Gas("tron", gas_price=price, standard=price, unit="sun/energy")


@trongrid.endpoint(
    Transfer,
    f"/v1/contracts/{USDT}/events",
    cadence=15,
    pool=PoolMember("transfers_tron_usdt"),
    answer=Expected(may_be_empty=True),
    quirks="The newest 200 transfers are some seconds of traffic: a sample.",
    event_name="Transfer",
    limit=200,
    order_by="block_timestamp,desc",
)
def usdt_transfers(payload: Payload) -> Rows:
    """{"data": [{"block_number": 86056821, "block_timestamp": 1788842253000, "event_index": 0, "event_name": "Transfer",
    "result": {"from": "0xaa", "to": "0xbb", "value": "1500000000000"}, "transaction_id": "aa", ...}], "success": true, ...}"""
    reject_unless(payload, "success", True)
    return each(payload["data"], _usdt)


def _usdt(event: Payload) -> Transfer:
    about(event.get("contract_address"), USDT)
    about(event.get("event_name"), "Transfer")
    moved = event["result"]
    return Transfer(
        "tron",
        event["transaction_id"],
        "USDT",
        amount=whole(moved["value"]) / 1e6,
        event_index=event["event_index"],
        from_address=address(moved["from"]),
        to_address=address(moved["to"]),
        block_number=event.get("block_number"),
        timestamp=event.get("block_timestamp"),
    )


def address(hexadecimal: str) -> str:
    """The address as wallets show it, from the 20 bytes that a log has: 0x41 before them, a checksum behind, base 58.

    >>> address("0xa614f803b6fd780986a42c78ec9c7f77e6ded13c")
    'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'
    """
    body = b"\x41" + bytes.fromhex(hexadecimal.removeprefix("0x"))
    rest = int.from_bytes(body + sha256(sha256(body).digest()).digest()[:4], "big")
    letters = ""
    while rest:
        rest, letter = divmod(rest, 58)
        letters = BASE58[letter] + letters
    return letters
