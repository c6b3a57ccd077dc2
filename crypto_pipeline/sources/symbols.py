"""One coin, one symbol: the tracked universe, aliases, and how market names are split.

Belongs here: which coins there are and what sources call them.
Does not belong here: prices, dollars, which of several markets is taken for a coin (collection/normalise/markets.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from unicodedata import east_asian_width

from crypto_pipeline.schema.dollars import DOLLARS

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

FIAT: frozenset[str] = frozenset(
    {
        "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "GEL", "GHS",
        "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KRW", "KZT", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
        "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
    }
)  # fmt: skip

FIAT_OF_COIN: Mapping[str, str] = {
    "EURC": "EUR", "EURI": "EUR", "EURT": "EUR", "EURS": "EUR", "EURQ": "EUR", "EURR": "EUR", "EURCV": "EUR", "EUROC": "EUR",
    "AEUR": "EUR", "TGBP": "GBP", "VCHF": "CHF", "XSGD": "SGD", "GYEN": "JPY", "JPYC": "JPY", "TRYB": "TRY", "BRZ": "BRL",
    "BRL1": "BRL", "MXNB": "MXN", "MXNT": "MXN", "IDRT": "IDR", "BIDR": "IDR", "IDRX": "IDR", "CADC": "CAD", "QCAD": "CAD",
    "AUDD": "AUD", "NZDS": "NZD", "ZARP": "ZAR", "A7A5": "RUB",
}  # fmt: skip
"""Coins that promise other money than dollars, with that money; what they are worth the market says, then its rate."""

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

GONE = frozenset({"BUSD", "BIDR", "IDRT", "EURT"})
"""Monies that were given up, and that names of markets end in by chance: ARB/USD, not AR/BUSD."""
_DOLLAR_COINS = frozenset(DOLLARS) - {"USD"}
_SEPARATOR = re.compile(r"[/\-_:~.|,;+*@\s\u2010-\u2015]+")
QUOTES: frozenset[str] = frozenset({*DOLLARS, *FIAT, *_COIN_QUOTES})
"""Monies that names of markets end in."""
_QUOTES_LONGEST_FIRST = tuple(sorted(QUOTES, key=lambda quote: (-len(quote), quote)))
QUOTED_DOLLARS = _DOLLAR_COINS - GONE
"""Dollar coins that markets are quoted in: prices rest on what they are worth."""
_LEVERAGED = re.compile(r"^(?P<coin>[A-Z0-9]{2,}?)(?:[235][LS]|UP|DOWN|BULL|BEAR|HALF|HEDGE)$")


@dataclass(frozen=True)
class Universe:
    """The coins that are kept. ``None`` keeps every coin that a source names.

    Beside the usual hundred the dollar coins are kept that prices rest on, so that one that falls is seen; nobody is asked
    for those by name.
    """

    symbols: frozenset[str] | None = frozenset(COINGECKO_IDS)

    def __contains__(self, symbol: str) -> bool:
        return self.symbols is None or symbol in self._kept

    @cached_property
    def _kept(self) -> frozenset[str]:
        symbols = self.symbols or frozenset()
        return symbols | QUOTED_DOLLARS if symbols == COINGECKO_IDS.keys() else symbols

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The coins that requests can name one by one, in the order of COINGECKO_IDS, others after them."""
        wanted = frozenset(COINGECKO_IDS) if self.symbols is None else self.symbols
        return (*(s for s in COINGECKO_IDS if s in wanted), *sorted(wanted - COINGECKO_IDS.keys()))

    @cached_property
    def coingecko_ids(self) -> tuple[str, ...]:
        """CoinGecko's names of the coins, in the order of the listed ones; coins that it does not have are left out."""
        return tuple(COINGECKO_IDS[symbol] for symbol in self.listed if symbol in COINGECKO_IDS)


def coin(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """The one symbol of a coin: upper case, the source's own aliases first, then the general ones.

    An alias of "" means that this name stands for nothing we may store, and comes back as "".
    """
    symbol = name.strip().upper()
    if aliases and symbol in aliases:
        return aliases[symbol]
    return ALIASES.get(symbol, symbol)


def odd_character(name: str) -> str | None:
    """A character that no ticker and no separator has, if there is one in the name of a coin or a market.

    Tickers are written in Latin letters or, some, in Chinese ones. Letters of other scripts that look like Latin ones, and
    digits of others, are no ticker's.

    >>> odd_character("$BTCUSD"), odd_character("BTC-USD"), odd_character("币安人生USDT"), odd_character("\u0412TC-USD")
    ('$', None, None, '\u0412')
    """
    return next((char for char in name.strip() if not _is_of_a_ticker(char) and not _SEPARATOR.match(char)), None)


def _is_of_a_ticker(char: str) -> bool:
    return char.isalnum() and (char.isascii() or east_asian_width(char) == "W")


def split_parts(name: str) -> list[str]:
    """The parts of a name between separators.

    >>> split_parts("ETH/USDC"), split_parts("BTC")
    (['ETH', 'USDC'], ['BTC'])
    """
    return _SEPARATOR.split(name.strip().upper())


def split(pair: str, *, quote_first: bool = False, quotes: Collection[str] = ()) -> tuple[str, str] | None:
    """Base and quote of a market's name, in the source's own spelling but upper case; None when it cannot be told.

    Where two quotes fit, the split whose base is a known coin is meant; where both are, the one in ``quotes`` (the monies
    that the source trades in), then the one whose money still exists.

    >>> split("BTC-USDT"), split("KRW-BTC", quote_first=True), split("$BTCUSD")
    (('BTC', 'USDT'), ('BTC', 'KRW'), None)
    >>> split("DOTUSD"), split("XBTUSD"), split("USDTUSD"), split("EURUSD")
    (('DOT', 'USD'), ('XBT', 'USD'), ('USDT', 'USD'), ('EUR', 'USD'))
    >>> split("ARBUSD"), split("ARBUSD", quotes=("USDT", "BUSD"))
    (('ARB', 'USD'), ('AR', 'BUSD'))
    """
    name = pair.strip().upper()
    parts = split_parts(name)
    if odd_character(name) or not all(parts):
        return None
    if len(parts) == 2:
        return (parts[1], parts[0]) if quote_first else (parts[0], parts[1])
    return _split_joined(name, quote_first, quotes) if len(parts) == 1 else None


def _split_joined(name: str, quote_first: bool, quotes: Collection[str]) -> tuple[str, str] | None:
    """The split of a name without a separator."""
    fitting = [
        (name.removeprefix(quote) if quote_first else name.removesuffix(quote), quote)
        for quote in _QUOTES_LONGEST_FIRST
        if (name.startswith(quote) if quote_first else name.endswith(quote)) and name != quote
    ]

    def unlikely(fit: tuple[str, str]) -> tuple[bool, bool, bool, bool]:
        base, quote = fit
        symbol = coin(base)
        known = symbol in COINGECKO_IDS or symbol in _DOLLAR_COINS
        return (not known, not known and base not in FIAT, known and quote not in quotes, known and quote in GONE)

    return min(fitting, key=unlikely, default=None)


def is_leveraged(symbol: str) -> bool:
    """Leveraged tokens (BTC3L, ETHDOWN) carry a coin's name and not its price.

    >>> is_leveraged("BTC3L"), is_leveraged("JUP"), is_leveraged("SYRUP")
    (True, False, False)
    """
    match = _LEVERAGED.match(symbol)
    return match is not None and match["coin"] in COINGECKO_IDS and symbol not in COINGECKO_IDS
