"""Names and codes of coins as headlines use them.

Belongs here: the words, as data that a reader of news can correct without knowing the code.
Does not belong here: how they are found (collection/normalise/news/tags.py).

All of it is one person's judgement on recorded headlines: a start, not a truth.
"""

from __future__ import annotations

from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAMES: Mapping[str, str] = {
    "bitcoin": "BTC", "bitcoins": "BTC", "ethereum": "ETH", "ether": "ETH", "solana": "SOL", "ripple": "XRP",
    "tether": "USDT", "usd coin": "USDC", "bnb chain": "BNB", "binance coin": "BNB", "dogecoin": "DOGE", "cardano": "ADA",
    "tron": "TRX", "chainlink": "LINK", "polkadot": "DOT", "hedera": "HBAR", "filecoin": "FIL", "litecoin": "LTC",
    "monero": "XMR", "zcash": "ZEC", "toncoin": "TON", "cronos": "CRO", "shiba inu": "SHIB", "uniswap": "UNI", "aave": "AAVE",
    "near protocol": "NEAR", "near intents": "NEAR", "aptos": "APT", "arbitrum": "ARB", "cow swap": "COW", "pyth": "PYTH", "pyth network": "PYTH",
    "hyperliquid": "HYPE", "internet computer": "ICP", "ethereum classic": "ETC", "bitcoin cash": "BCH",
    "bitcoin sv": "BSV", "algorand": "ALGO", "vechain": "VET", "injective": "INJ", "celestia": "TIA", "kaspa": "KAS",
    "fantom": "FTM", "tezos": "XTZ", "decentraland": "MANA", "the sandbox": "SAND", "official trump": "TRUMP",
    "mask network": "MASK", "worldcoin": "WLD", "ondo finance": "ONDO", "lido dao": "LDO", "ankr": "ANKR",
    "conflux": "CFX", "ethena": "ENA", "bittensor": "TAO", "pi network": "PI", "pump.fun": "PUMP", "pudgy penguins": "PENGU",
    "jupiter exchange": "JUP", "immutable x": "IMX", "starknet": "STRK", "zksync": "ZK", "pancakeswap": "CAKE",
    "ether.fi": "ETHFI", "jasmycoin": "JASMY", "dogwifhat": "WIF", "raydium": "RAY", "multiversx": "EGLD", "arweave": "AR",
    "okb": "OKB", "floki": "FLOKI", "bonk": "BONK", "iota": "IOTA", "morpho": "MORPHO", "flare network": "FLR",
    "xdc network": "XDC", "pax gold": "PAXG", "paypal usd": "PYUSD", "usde": "USDE", "curve dao": "CRV",
    "ethereum name service": "ENS", "lido": "LDO", "ondo": "ONDO", "polygon": "POL", "sui": "SUI",
    "matic": "POL", "the open network": "TON", "cosmos hub": "ATOM", "curve finance": "CRV", "makerdao": "MKR",
    "render network": "RENDER", "sei network": "SEI", "sky protocol": "SKY", "world liberty financial": "WLFI",
    # Persian, folded: with Persian letters and blanks for the zero-width non-joiner
    "بیت کوین": "BTC", "بیتکوین": "BTC", "بیت کوین کش": "BCH", "اتریوم": "ETH", "اتریوم کلاسیک": "ETC", "اتر": "ETH",
    "سولانا": "SOL", "ریپل": "XRP", "تتر": "USDT", "دوج کوین": "DOGE", "دوجکوین": "DOGE", "کاردانو": "ADA", "ترون": "TRX",
    "شیبا": "SHIB", "شیبا اینو": "SHIB", "تون کوین": "TON", "تونکوین": "TON", "بایننس کوین": "BNB", "لایت کوین": "LTC",
    "لایتکوین": "LTC", "پولکادات": "DOT", "چین لینک": "LINK", "آوالانچ": "AVAX", "مونرو": "XMR", "پپه": "PEPE",
    "یونی سواپ": "UNI", "آوه": "AAVE", "استلار": "XLM", "همستر کامبت": "HMSTR", "زی کش": "ZEC", "هایپرلیکویید": "HYPE",
}  # fmt: skip
"""Names that mean a coin wherever they stand, as lower-case words."""

STEMS: Mapping[str, str] = {
    "биткоин": "BTC", "биткойн": "BTC", "эфириум": "ETH", "солан": "SOL", "рипл": "XRP", "догикоин": "DOGE",
    "比特币": "BTC", "比特幣": "BTC", "以太坊": "ETH", "以太币": "ETH", "瑞波": "XRP", "狗狗币": "DOGE", "狗狗幣": "DOGE",
    "泰达币": "USDT", "莱特币": "LTC", "波场": "TRX", "ビットコイン": "BTC", "イーサリアム": "ETH", "リップル": "XRP",
    "ソラナ": "SOL", "ドージコイン": "DOGE", "テザー": "USDT", "비트코인": "BTC", "이더리움": "ETH", "리플": "XRP",
    "솔라나": "SOL", "도지코인": "DOGE", "테더": "USDT", "에이다": "ADA",
}  # fmt: skip
"""Names in languages that add endings or write without blanks: found where a word begins, whatever follows."""

EVERYDAY_NAMES: Mapping[str, str] = {
    "Avalanche": "AVAX", "Compound": "COMP", "Core": "CORE", "Cosmos": "ATOM", "Curve": "CRV", "Dash": "DASH", "Flare": "FLR",
    "Flow": "FLOW", "Gala": "GALA", "Gas": "GAS", "Gram": "TON", "Immutable": "IMX", "Jupiter": "JUP", "Just": "JST",
    "Link": "LINK", "Maker": "MKR", "Mantle": "MNT", "Near": "NEAR", "Neo": "NEO", "Optimism": "OP", "Pepe": "PEPE",
    "Quant": "QNT", "Render": "RENDER", "Safe": "SAFE", "Sand": "SAND", "Sei": "SEI", "Sky": "SKY", "Stacks": "STX",
    "Stellar": "XLM", "Story": "IP", "Sun": "SUN", "The Graph": "GRT", "Theta": "THETA", "Trump": "TRUMP",
}  # fmt: skip
"""Names that are words as well. Capitalised they mean the coin next to one of NEXT_TO_A_COIN, in a list of coins, and where
a move of price with a figure follows: "Flow gains 8%"."""

SELDOM_EVERYDAY = frozenset(
    {"Avalanche", "Cosmos", "Gala", "Gram", "Mantle", "Near", "Neo", "Pepe", "Sei", "The Graph", "Theta"}
)
"""Of those the ones that mean the coin before a move without a figure too: in other senses they seldom begin a clause so."""

NEVER_BY_PRICE = frozenset({"Core", "Gas", "Just", "Trump"})
"""And the ones that a move of price does not make a coin: core inflation, gas fees and presidents rise as well."""

LEADS = _set("And As Are But Can Could Did Do Does How If Is Or So Then Was When While Why Will With Yet")
"""Words with a capital that may stand before a name in a headline of capitals. Others make one thing with it: Cash Flow."""

NEXT_TO_A_COIN = _set(
    """
    airdrop blockchain coin coins chain dao defi finance foundation labs ledger mainnet memecoin network pool price
    protocol staking token tokens tvl validators whale whales
    """
)

PRICE_MOVES = _set(
    """
    advances bleeds bounces breaks climbs collapses crashes craters declines dips drops extends falls gains hits jumps
    leaps loses nosedives outperforms plummets plunges pops pumps rallies rebounds reclaims recovers retests retraces
    retreats rips rises rockets sheds sinks skyrockets slides slips slumps soars spikes surges tanks tests tops trades
    tumbles up down climb dip drop fall gain jump plunge rally rebound rise sink slide slump soar surge tumble
    """
)
"""What prices do."""

PRICE_WORDS = PRICE_MOVES | _set(
    "price token tokens coin coins memecoin memecoins blockchain network futures etf etfs eyes whales staking holders treasury ecosystem wallet wallets"
)
"""After one of AMBIGUOUS_TICKERS these say that the coin is meant: "NEAR price", "LINK jumps"."""

TICKERS = _set(
    """
    MKR SNX COW MASK ID GAS SUN JST SAFE CORE ONE HOT WIN FUN KEY NFT ACT GMT APE MOVE PEOPLE ME S W IO OM ACE LAYER
    USD1 OUSD FORM BIO RED CFX AXS HMSTR GRAM USDD FDUSD RLUSD USTC LUNC FTM WLFI
    """
)
"""Codes that headlines use, besides those of the tracked coins."""

AMBIGUOUS_TICKERS = _set(
    """
    ACE ACT AI APE AR BIO COMP CORE DASH DOT FLOW FORM FUN GAS GMT GT HOT ID IMX IO IP JUP KEY LAYER LEO LINK
    MASK ME MOVE NEAR NFT OM ONE OP PEOPLE PI PUMP RAY RED S SAFE SAND SKY STRK STX SUN TON TRUMP UNI W WIN ZK
    """
)
"""Codes that are words or other abbreviations too: they count as $X, (X), X/USD, or before one of PRICE_WORDS."""
