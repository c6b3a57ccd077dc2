"""One coin, one symbol: the tracked universe, aliases, and how market names are split.

Belongs here: which coins there are and what sources call them.
Does not belong here: prices, dollars, which of several markets is taken for a coin (collection/normalise/markets.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

COINGECKO_IDS: Mapping[str, str] = {
    "BTC": "bitcoin", "ETH": "ethereum", "USDT": "tether", "XRP": "ripple", "BNB": "binancecoin",
    "SOL": "solana", "USDC": "usd-coin", "TRX": "tron", "DOGE": "dogecoin", "ADA": "cardano",
    "HYPE": "hyperliquid", "LINK": "chainlink", "BCH": "bitcoin-cash", "XLM": "stellar", "SUI": "sui",
    "AVAX": "avalanche-2", "LEO": "leo-token", "HBAR": "hedera-hashgraph", "LTC": "litecoin", "USDE": "ethena-usde",
    "XMR": "monero", "SHIB": "shiba-inu", "TON": "the-open-network", "DAI": "dai", "CRO": "crypto-com-chain",
    "DOT": "polkadot", "ZEC": "zcash", "MNT": "mantle", "UNI": "uniswap", "TAO": "bittensor",
    "AAVE": "aave", "BGB": "bitget-token", "OKB": "okb", "NEAR": "near", "ENA": "ethena",
    "PEPE": "pepe", "ETC": "ethereum-classic", "ICP": "internet-computer", "APT": "aptos", "ONDO": "ondo-finance",
    "PI": "pi-network", "WLD": "worldcoin-wld", "KCS": "kucoin-shares", "POL": "polygon-ecosystem-token", "ARB": "arbitrum",
    "ALGO": "algorand", "TRUMP": "official-trump", "ATOM": "cosmos", "KAS": "kaspa", "VET": "vechain",
    "RENDER": "render-token", "SKY": "sky", "FIL": "filecoin", "FLR": "flare-networks", "PUMP": "pump-fun",
    "GT": "gatechain-token", "SEI": "sei-network", "QNT": "quant-network", "BONK": "bonk", "JUP": "jupiter-exchange-solana",
    "XDC": "xdce-crowd-sale", "IP": "story-2", "STX": "blockstack", "PENGU": "pudgy-penguins", "OP": "optimism",
    "CRV": "curve-dao-token", "INJ": "injective-protocol", "NEXO": "nexo", "FET": "fetch-ai", "TIA": "celestia",
    "IMX": "immutable-x", "LDO": "lido-dao", "GRT": "the-graph", "FLOKI": "floki", "PYUSD": "paypal-usd",
    "MORPHO": "morpho", "XTZ": "tezos", "ENS": "ethereum-name-service", "IOTA": "iota", "STRK": "starknet",
    "PAXG": "pax-gold", "XAUT": "tether-gold", "CAKE": "pancakeswap-token", "ETHFI": "ether-fi", "PYTH": "pyth-network",
    "THETA": "theta-token", "GALA": "gala", "SAND": "the-sandbox", "JASMY": "jasmycoin", "DASH": "dash",
    "WIF": "dogwifcoin", "ZK": "zksync", "MANA": "decentraland", "RAY": "raydium", "COMP": "compound-governance-token",
    "EGLD": "elrond-erd-2", "FLOW": "flow", "NEO": "neo", "AR": "arweave", "BSV": "bitcoin-cash-sv",
}  # fmt: skip
"""The hundred coins that matter most by market capitalisation, with CoinGecko's unambiguous id."""

SYMBOL_OF_COINGECKO_ID: Mapping[str, str] = {coin_id: symbol for symbol, coin_id in COINGECKO_IDS.items()}

DOLLARS: tuple[str, ...] = (
    "USD",
    "USDT",
    "USDC",
    "FDUSD",
    "USD1",
    "PYUSD",
    "TUSD",
    "USDP",
    "GUSD",
    "BUSD",
    "DAI",
    "RLUSD",
    "USDG",
    "USDD",
)
"""Dollar and dollar coins in the order of preference; what they are worth the market says (collection/normalise/dollars.py)."""

FIAT: frozenset[str] = frozenset(
    {
        "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "GEL", "GHS",
        "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KRW", "KZT", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
        "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
    }
)  # fmt: skip

_COIN_QUOTES = (
    "BTC",
    "XBT",
    "ETH",
    "BNB",
    "EURC",
    "EURT",
    "EURI",
    "IDRT",
    "BIDR",
    "TRX",
    "DOGE",
    "XRP",
    "KCS",
    "OKB",
    "SOL",
    "DOT",
)

ALIASES: Mapping[str, str] = {
    "XBT": "BTC",
    "XXBT": "BTC",
    "XDG": "DOGE",
    "XXDG": "DOGE",
    "XETH": "ETH",
    "MATIC": "POL",
    "RNDR": "RENDER",
    "MIOTA": "IOTA",
    "BCHABC": "BCH",
    "BCC": "BCH",
    "GRAM": "TON",
    "TONCOIN": "TON",
}
"""Names that mean one coin everywhere; what differs by exchange stands with the provider."""

_SEPARATOR = re.compile(r"[/\-_:]")
_QUOTES_LONGEST_FIRST = tuple(sorted({*DOLLARS, *FIAT, *_COIN_QUOTES}, key=lambda quote: (-len(quote), quote)))
_LEVERAGED = re.compile(r"^(?P<coin>[A-Z0-9]{2,}?)(?:[235][LS]|UP|DOWN|BULL|BEAR|HALF|HEDGE)$")


@dataclass(frozen=True)
class Universe:
    """The coins that are kept. ``None`` keeps every coin that a source names."""

    symbols: frozenset[str] | None = frozenset(COINGECKO_IDS)

    def __contains__(self, symbol: str) -> bool:
        return self.symbols is None or symbol in self.symbols

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The coins that requests can name one by one, in the order of COINGECKO_IDS, others after them."""
        wanted = frozenset(COINGECKO_IDS) if self.symbols is None else self.symbols
        return (*(s for s in COINGECKO_IDS if s in wanted), *sorted(wanted - COINGECKO_IDS.keys()))

    @cached_property
    def coingecko_ids(self) -> tuple[str, ...]:
        return tuple(COINGECKO_IDS[symbol] for symbol in self.listed if symbol in COINGECKO_IDS)


def coin(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """The one symbol of a coin: upper case, the source's own aliases first, then the general ones.

    An alias of "" means that this name stands for nothing we may store, and comes back as "".
    """
    symbol = name.strip().upper()
    if aliases and symbol in aliases:
        return aliases[symbol]
    return ALIASES.get(symbol, symbol)


def split(pair: str, *, quote_first: bool = False) -> tuple[str, str] | None:
    """Base and quote of a market's name, in the source's own spelling but upper case; None when it cannot be told.

    Where two quotes fit, the split whose base is a known coin is meant.

    >>> split("BTC-USDT"), split("KRW-BTC", quote_first=True)
    (('BTC', 'USDT'), ('BTC', 'KRW'))
    >>> split("DOTUSD"), split("XBTUSD"), split("USDTUSD"), split("EURUSD")
    (('DOT', 'USD'), ('XBT', 'USD'), ('USDT', 'USD'), ('EUR', 'USD'))
    """
    name = pair.strip().upper()
    parts = [part for part in _SEPARATOR.split(name) if part]
    if len(parts) == 2:
        return (parts[1], parts[0]) if quote_first else (parts[0], parts[1])
    if len(parts) != 1:
        return None
    fitting = [
        (name[: -len(quote)], quote)
        for quote in _QUOTES_LONGEST_FIRST
        if name.endswith(quote) and len(name) > len(quote)
    ]
    coins = [split for split in fitting if coin(split[0]) in COINGECKO_IDS]
    monies = [split for split in fitting if split[0] in FIAT]
    return next(iter(coins or monies or fitting), None)


def is_leveraged(symbol: str) -> bool:
    """Leveraged tokens (BTC3L, ETHDOWN) carry a coin's name and not its price.

    >>> is_leveraged("BTC3L"), is_leveraged("JUP"), is_leveraged("SYRUP")
    (True, False, False)
    """
    match = _LEVERAGED.match(symbol)
    return match is not None and match["coin"] in COINGECKO_IDS and symbol not in COINGECKO_IDS
