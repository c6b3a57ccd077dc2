"""Perpetual contracts on a bundle of coins, told as those of one coin.

Belongs here: what a contract on a bundle of coins (kPEPE, 1000SHIB) means for one coin.
Does not belong here: what the names of contracts say (sources/formats/contracts.py), funding and open interest (providers/).

The price of a contract is close to that of its coin and is not the same: providers of such quotes name their source
"..._perpetual", so that a consensus counts it beside the spot market of the same exchange.
"""

from __future__ import annotations

from crypto_pipeline.schema.rows import Derivative, Liquidation, Quote
from crypto_pipeline.sources.formats.contracts import bundle
from crypto_pipeline.sources.kit import scaled


def of_one_coin(quote: Quote) -> Quote:
    """The quote of a contract whose ``base`` may be a bundle, as that of one coin. Turnover and change stay as they are.
    ValueError or TypeError for numbers that are none.

    >>> of_one_coin(Quote("kPEPE", last="0.0095", volume_base="2000", base="kPEPE", quote="USD"))[:3]
    ('kPEPE', 9.5e-06, 2000000.0)
    """
    if not quote.base:
        raise ValueError(f"the contract {quote.pair} does not say what coin it is about")
    coin, size = bundle(quote.base)
    if size == 1:
        return quote
    return quote._replace(
        base=coin,
        last=scaled(quote.last, 1 / size),
        volume_base=scaled(quote.volume_base, size),
        open=scaled(quote.open, 1 / size),
        high=scaled(quote.high, 1 / size),
        low=scaled(quote.low, 1 / size),
    )


def figures_of_one_coin(contract: Derivative) -> Derivative:
    """The figures of a contract whose ``symbol`` may be a bundle, as those of one coin. Rates and dollars stay as they are.

    >>> figures_of_one_coin(Derivative("1000PEPE", "1000PEPEUSDT", open_interest=2, mark_price="0.0095"))[:1]
    ('PEPE',)
    """
    coin, size = bundle(contract.symbol)
    if size == 1:
        return contract
    return contract._replace(
        symbol=coin,
        open_interest=scaled(contract.open_interest, size),
        mark_price=scaled(contract.mark_price, 1 / size),
        index_price=scaled(contract.index_price, 1 / size),
    )


def liquidation_of_one_coin(order: Liquidation) -> Liquidation:
    """Likewise: the price of one coin, and how many coins.

    >>> liquidation_of_one_coin(Liquidation("1000PEPE", "1000PEPE-USDT", "long", 0, 0.0095, 2))[4:6]
    (9.5e-06, 2000.0)
    """
    coin, size = bundle(order.symbol)
    if size == 1:
        return order
    return order._replace(symbol=coin, price=scaled(order.price, 1 / size), amount=scaled(order.amount, size))
