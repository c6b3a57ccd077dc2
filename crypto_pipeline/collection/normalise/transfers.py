"""Transfers worth at least the threshold, with their dollar value.

Belongs here: the dollar value of a transfer and which transfers are kept.
Does not belong here: prices (collection/normalise/markets.py), reading logs of chains (sources/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, time_of_data
from crypto_pipeline.collection.normalise.values import block_height, integer, text
from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.kit import Provider

TABLE = "whale_transactions"
LARGEST_USD = 1e12
"""More than this was never moved at once: all the bitcoins there are come to twice as much."""
AT_PAR = frozenset({"USDT", "USDC", "DAI"})

FLOOR_WITHOUT_PRICE: Mapping[str, float] = {"BTC": 50, "ETH": 400, "XRP": 500_000}
"""How many coins are large when nobody can say what they are worth."""


def normalise_transfers(transfers: Iterable[Transfer], provider: Provider, context: NormalisationContext) -> Normalised:
    """Table rows of the large ones that changed hands. Reads lazily: a quarter of an hour of one chain holds 100,000 small ones."""
    normalised = Normalised()
    for transfer in transfers:
        try:
            amount = bounds.amount(transfer.amount, "amount")
            if amount is None:
                raise ValueError("it has no amount")
            if _stays_with_its_owner(transfer):
                continue
            usd, price_source = _worth(transfer, amount, context)
            if not _is_large(transfer.symbol, amount, usd, context.whale_usd):
                continue
            if not text(transfer.transaction_hash):
                raise ValueError("it has no transaction hash")
            normalised.add(
                TABLE,
                {
                    "blockchain": transfer.blockchain,
                    "transaction_hash": text(transfer.transaction_hash),
                    "event_index": integer(transfer.event_index),
                    "from_address": text(transfer.from_address),
                    "to_address": text(transfer.to_address),
                    "symbol": transfer.symbol,
                    "amount": amount,
                    "amount_usd": usd,
                    "price_source": price_source,
                    "block_number": block_height(transfer.block_number),
                    "timestamp": time_of_data(transfer.timestamp, context.fetched_at),
                    "source": provider.source,
                    "fetched_at": context.fetched_at,
                },
            )
        except ValueError as error:
            normalised.reject(TABLE, error, transfer)
    return normalised


def _worth(transfer: Transfer, amount: float, context: NormalisationContext) -> tuple[float | None, str | None]:
    """The value in dollars and who says so: the source, unless it says nothing (0 is what many write then) or something that
    lies apart from what the coins cost.

    ValueError for a value that cannot be.
    """
    said = bounds.amount(transfer.amount_usd, "value in dollars", LARGEST_USD) or None
    counted, price_source = _counted(transfer.symbol, amount, context)
    if said is None or (counted and not bounds.alike(said, counted)):
        return bounds.amount(counted, "value in dollars", LARGEST_USD), price_source
    return said, "source"


def _counted(symbol: str, amount: float, context: NormalisationContext) -> tuple[float | None, str | None]:
    if symbol in context.prices:
        return amount * context.prices[symbol], "market_prices"
    if symbol in AT_PAR:
        return amount, "par"
    return None, None


def _stays_with_its_owner(transfer: Transfer) -> bool:
    """A payment of an account to itself is a swap on XRPL, and nothing at all elsewhere: nobody got anything."""
    sender, receiver = transfer.from_address, transfer.to_address
    if not sender or not receiver:
        return False
    if sender.startswith("0x"):  # hexadecimal, in either case of letters
        return sender.lower() == receiver.lower()
    return sender == receiver


def _is_large(symbol: str, amount: float, usd: float | None, threshold: float) -> bool:
    if threshold <= 0:
        return True
    if usd is None:
        return amount >= FLOOR_WITHOUT_PRICE.get(symbol, float("inf"))
    return usd >= threshold
