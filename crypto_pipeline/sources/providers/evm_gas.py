"""Gas prices of chains that run the Ethereum machine, from the fee history of their public nodes.

A tip that a share of the recent blocks accepted, on top of the base fee of the next block, is what a transaction
costs now; the same rule on every chain makes the rows comparable. Prices are wei on the wire and gwei in the rows.
"""

import re
from statistics import median

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.formats.json_rpc import quantity
from crypto_pipeline.sources.kit import Parser, Payload, PoolMember, Rows, SubRequest, number_or_none, reject, together
from crypto_pipeline.sources.providers.evm_nodes import HOSTS, NODES, PARAMS, nodes_of

__all__ = ["NODES"]

WEI_PER_GWEI = 10**9
METHOD_NOT_FOUND = -32601
_QUANTITY = re.compile(r"0x[0-9a-fA-F]+")

FEE_HISTORY = SubRequest(
    "feeHistory",
    {"jsonrpc": "2.0", "id": 1, "method": "eth_feeHistory", "params": ["0x14", "latest", [10, 50, 90]]},
)
"""Twenty blocks; of each the tips that 10, 50 and 90 percent of its gas paid at most."""

GAS_PRICE = SubRequest("gasPrice", {"jsonrpc": "2.0", "id": 2, "method": "eth_gasPrice", "params": []}, optional=True)

_L1_FEE = "OP Stack: the data fee of the parent chain is charged on top and is not in these prices."
QUIRKS: dict[str, str] = {
    "bsc": "The base fee is 0: the price is the tip alone.",
    "arbitrum": "First come, first served: tips are 0, so slow, standard and fast are the base fee.",
    "linea": "The base fee is pinned at 7 wei: the tip is the price.",
    "zksync": "Tips are ignored: slow, standard and fast are equal. Gas also covers published data.",
    "fantom": "Opera is being replaced by Sonic and may stop.",
    "celo": f"{_L1_FEE} Fees can be paid in other tokens; these prices are in CELO.",
    "scroll": "The data fee of the parent chain is charged on top and is not in these prices.",
    "mantle": "The fee coin is MNT.",
    "cronos": "Hundreds of gwei are usual.",
    "pulsechain": "Hundreds of thousands of gwei are usual.",
    "filecoin": "attoFIL take the place of wei: a gwei here is a nanoFIL.",
    "rootstock": "No fee market of the Ethereum kind: where there is no fee history, one price stands for all three.",
    **dict.fromkeys(("optimism", "base", "blast", "opbnb", "unichain", "ink", "worldchain", "soneium"), _L1_FEE),
}


def gas_of(chain: str) -> Parser:
    """The parser of a chain. It also reads a saved eth_feeHistory answer alone, and a JSON-RPC batch of the two."""

    def gas(payload: Payload) -> Rows:
        """{"feeHistory": {"jsonrpc": "2.0", "id": 1, "result": {
            "oldestBlock": "0x1000", "baseFeePerGas": ["0x2faf080", "0x30291a0", "0x30a32c0"], "gasUsedRatio": [0.5, 0.6],
            "reward": [["0x186a0", "0x1312d00", "0x47868c00"], ["0x186a0", "0x1312d00", "0x47868c00"]]}},
         "gasPrice": {"jsonrpc": "2.0", "id": 2, "result": "0x6052340"}}

        baseFeePerGas has one element more than there are blocks: the last one is the base fee of the next block.
        """
        answers = _answers(payload)
        suggested = _gas_price(answers.get("gasPrice"))
        history = _fee_history(answers.get("feeHistory"))
        base_fee = _wei(_last(history.get("baseFeePerGas")))
        tips = None if base_fee is None else _tips(history)
        if base_fee is None or tips is None:
            yield _derived(chain, suggested, history)
            return
        slow, standard, fast = ((base_fee + tip) / WEI_PER_GWEI for tip in tips)
        if not slow <= standard <= fast:
            if suggested is None:
                raise ValueError(f"slow {slow}, standard {standard} and fast {fast} are out of order")
            yield _derived(chain, suggested, history)
            return
        yield Gas(
            chain,
            gas_price=standard if suggested is None else suggested,
            slow=slow,
            standard=standard,
            fast=fast,
            base_fee=base_fee / WEI_PER_GWEI,
            block_number=_newest_block(history),
        )

    return gas


def _answers(payload: Payload) -> dict[str, Payload]:
    """The answers by the names of their calls, whichever way they were saved."""
    if isinstance(payload, list):
        prices = [answer for answer in payload if isinstance(answer.get("result"), str)]
        others = [answer for answer in payload if not isinstance(answer.get("result"), str)]
        return {"feeHistory": others[0] if others else None, "gasPrice": prices[0] if prices else None}
    return payload if {"feeHistory", "gasPrice"} & set(payload) else {"feeHistory": payload}


def _fee_history(answer: Payload) -> Payload:
    """The fee history; {} on a chain whose nodes do not know the method, and where there is none.

    Raises ErrorInBody for every other error: another node of the pool has the history.
    """
    if answer is None:
        return {}
    error = answer.get("error")
    if isinstance(error, dict) and error.get("code") == METHOD_NOT_FOUND:
        return {}
    reject(error)
    return answer.get("result") or {}


def _gas_price(answer: Payload) -> float | None:
    """eth_gasPrice in gwei; None when that call failed, for the fee history alone is enough."""
    wei = _wei(answer.get("result")) if isinstance(answer, dict) else None
    return None if wei is None else wei / WEI_PER_GWEI


def _derived(chain: str, suggested: float | None, history: Payload) -> Gas:
    """One price for all; what the history says without its tips is kept."""
    if suggested is None:
        reject("neither a fee history with tips nor a gas price")
    base_fee = _wei(_last(history.get("baseFeePerGas")))
    return Gas(
        chain,
        suggested,
        slow=suggested,
        standard=suggested,
        fast=suggested,
        base_fee=None if base_fee is None else base_fee / WEI_PER_GWEI,
        derived=True,
        block_number=_newest_block(history),
    )


def _tips(history: Payload) -> tuple[float, ...] | None:
    """The three tips in wei: medians over the blocks that held a transaction. An empty block reports tips of 0.

    We ask for three percentiles; of a history that somebody saved with fewer or more the lowest, the middle and the
    highest. A block whose tips are not all there, or of which it is not said how full it was, does not count; None where
    no block does.
    """
    ratios = map(number_or_none, history.get("gasUsedRatio") or ())
    said = zip(history.get("reward") or (), ratios, strict=False)
    blocks = [(_tips_of(tips), ratio) for tips, ratio in said if ratio is not None]
    asked = max((len(tips) for tips, _ in blocks), default=0)
    if not asked:
        return None
    used = [tips for tips, ratio in blocks if len(tips) == asked and ratio > 0]
    return tuple(median(tips[percentile] for tips in used) if used else 0 for percentile in (0, asked // 2, asked - 1))


def _tips_of(tips: Payload) -> list[int]:
    """The tips of one block; none at all where one of them is missing."""
    read = [_wei(tip) for tip in tips] if isinstance(tips, list) else []
    return [tip for tip in read if tip is not None] if None not in read else []


def _newest_block(history: Payload) -> int | None:
    oldest = _wei(history.get("oldestBlock"))
    blocks = history.get("gasUsedRatio")
    return None if oldest is None or not blocks else oldest + len(blocks) - 1


def _last(entries: Payload) -> Payload:
    return entries[-1] if entries else None


def _wei(text: Payload) -> int | None:
    """The number in a hexadecimal quantity; None where something else stands in its place."""
    return quantity(text) if isinstance(text, str) and _QUANTITY.fullmatch(text) else None


for _chain in HOSTS:
    _parser = gas_of(_chain)
    for _priority, _node in enumerate(nodes_of(_chain)):
        _node.endpoint(
            Gas,
            together(FEE_HISTORY, GAS_PRICE, params=PARAMS.get(_node.name)),
            pool=PoolMember(f"gas_{_chain}", _priority),
            quirks=QUIRKS.get(_chain, ""),
        )(_parser)
