"""What words say in headlines: names of coins, topics, good and bad news.

Belongs here: the words, as data that a reader of news can correct without knowing the code.
Does not belong here: how they are found and counted (collection/normalise/news/tags.py, collection/normalise/news/sentiment.py).

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
    "monero": "XMR", "zcash": "ZEC", "toncoin": "TON", "shiba inu": "SHIB", "uniswap": "UNI", "aave": "AAVE",
    "near protocol": "NEAR", "aptos": "APT", "arbitrum": "ARB", "cow swap": "COW", "pyth": "PYTH", "pyth network": "PYTH",
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
    "Avalanche": "AVAX", "Compound": "COMP", "Core": "CORE", "Cosmos": "ATOM", "Curve": "CRV", "Flow": "FLOW",
    "Gala": "GALA", "Gas": "GAS", "Just": "JST", "Maker": "MKR", "Mantle": "MNT", "Near": "NEAR",
    "Optimism": "OP", "Pepe": "PEPE", "Quant": "QNT", "Render": "RENDER",
    "Safe": "SAFE", "Sky": "SKY", "Stellar": "XLM", "Story": "IP", "Sun": "SUN", "The Graph": "GRT",
    "Theta": "THETA", "Trump": "TRUMP",
}  # fmt: skip
"""Names that are words as well: they mean the coin when capitalised and next to one of NEXT_TO_A_COIN."""

NEXT_TO_A_COIN = _set(
    """
    airdrop blockchain coin coins chain dao defi finance foundation labs ledger mainnet memecoin network pool price
    protocol staking token tokens tvl validators whale whales
    """
)

PRICE_WORDS = _set(
    """
    price token coin futures etf etfs whales staking holders
    bounces breaks climbs crashes dips drops eyes falls gains hits jumps pumps plunges rallies rebounds reclaims
    retests rises sinks slides slips slumps soars spikes surges tests trades tumbles
    """
)
"""After one of AMBIGUOUS_TICKERS these say that the coin is meant: "NEAR price", "LINK jumps"."""

TICKERS = _set(
    """
    MKR SNX COW MASK ID GAS SUN JST SAFE CORE ONE HOT WIN FUN KEY NFT ACT GMT APE MOVE PEOPLE ME S W IO OM ACE LAYER
    USD1 OUSD FORM BIO RED CFX AXS HMSTR USDD FDUSD RLUSD USTC LUNC MATIC FTM
    """
)
"""Codes that headlines use, besides those of the tracked coins."""

AMBIGUOUS_TICKERS = _set(
    """
    ACE ACT AI APE AR BIO COMP CORE DASH DOT FLOW FORM FUN GAS GMT GT HOT ID IMX IO IP JUP KEY LAYER LEO LINK
    MASK ME MOVE NEAR NFT OM ONE OP PEOPLE PI PUMP RAY RED S SAFE SAND SKY STX SUN TON TRUMP UNI W WIN ZK
    """
)
"""Codes that are words or other abbreviations too: they count as $X, (X), X/USD, or before one of PRICE_WORDS."""

TOPICS: Mapping[str, str] = {
    "regulation": r"regulat\w*|sec|cftc|mica|lawmakers?|senate|congress|clarity act|genius act|bills?|lawsuits?|sues|sued"
    r"|banned|bans?|licen[cs]e\w*|compliance|sanction\w*|court|judge|قانون گذاری|رگولاتوری|تحریم",
    "etf": r"etfs?|etps?|ای تی اف",
    "hack": r"hack(?:s|ed|er|ers|ing)?|exploit(?:s|ed|er)?|drain(?:s|ed)|stolen|phishing|rug ?pulls?|ransomware|هک|فیشینگ",
    "stablecoin": r"stablecoins?|usdt|usdc|tether|pyusd|rlusd|depeg\w*|استیبل کوین",
    "defi": r"defi|decentrali[sz]ed finance|dexs?|tvl|liquidity pools?|yield farming|دیفای|امور مالی غیرمتمرکز",
    "nft": r"nfts?|ان اف تی",
    "mining": r"miners?|mining|hash ?rate|استخراج|ماینر|ماینینگ",
    "staking": r"staking|stak(?:e|ed|ers?)|restaking|استیکینگ",
    "macro": r"fed|fomc|inflation|cpi|rate cuts?|rate hikes?|tariffs?|treasury yields?|تورم|فدرال رزرو",
}
"""Topics as expressions over folded text; each matches whole words."""

ABOUT_CRYPTO = (
    r"crypto\w*|bitcoins?|btc|ethereum|ether|eth|blockchains?|stablecoins?|defi|nfts?|web3|tokens?|tokeni[sz]\w*"
    r"|digital assets?|virtual currenc\w+|virtual assets?|digital currenc\w+|altcoins?|memecoins?|xrp|solana|dogecoin"
    r"|distributed ledger|coinbase|binance|kraken|tether|airdrops?"
)
"""What makes an item of an outlet that writes about other things too worth keeping, as an expression over folded text."""

MOOD: Mapping[str, Mapping[float, str]] = {
    "en": {
        2.4: """
            surge surges surged surging soar soars soared soaring skyrocket skyrockets skyrocketed moon mooning
            rally rallies rallied rallying
        """,
        1.8: """
            jump jumps jumped climb climbs climbed climbing gain gains gained rise rises rose rising rebound rebounds
            rebounded recover recovers recovered spike spikes bullish bull bulls breakout uptrend outperform outperforms
            inflow inflows accumulate accumulates accumulation adoption adopts adopt greenlight greenlights approval
            approves approved etf-approval uplist lists listing integrates integration partners partnership unveils
            launches launch expands mainnet dismisses dismissed tosses acquitted cleared buyback burn burns peak high
            highs ath
        """,
        -1.8: """
            slump slumps slumped tumble tumbles tumbled slide slides slid sink sinks sank fall falls fell drop drops
            dropped dip dips decline declines slip slips bearish bear bears selloff sell-off outflow outflows
            redemptions sues sued lawsuit charges charged indicted fine fined penalty ban bans banned crackdown delist
            delists delisting halts halt halted outage bug vulnerability attack attacks warns warning freeze freezes
            frozen delay delays delayed dump dumps dumped layoffs losses loses lost downturn capitulation fud
        """,
        -2.4: """
            plunge plunges plunged plunging crash crashes crashed crashing collapse collapses collapsed bankruptcy
            bankrupt insolvent insolvency hack hacks hacked hacker hackers exploit exploits exploited drain drains
            drained stolen steal rug rugpull ponzi scam scams fraud phishing depeg depegs depegged liquidation
            liquidations liquidated wiped laundering sentenced jailed
        """,
    },
}
"""By language: weights of words, on the scale of VADER."""

MOOD_PHRASES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "en": (
        (r"(?:drops?|dropped|dismiss\w*|toss\w*|ends?) (?:its |the )?(?:lawsuit|case|charges|probe|opposition)", 2.2),
        (r"all[- ]time high|record high|new high", 2.6),
        (r"(?:all[- ]time|record|month|year|week)[- ]low", -2.2),
        (r"(?:crash\w*|break\w*|smash\w*) (?:through|above|past) (?:key )?resistance", 2.6),
        (r"(?:los\w+|break\w*|fall\w* below) (?:key |crucial )?support", -2.2),
        (r"los\w+ (?:its )?(?:dollar )?peg", -2.8),
        (r"shorts? (?:get |are )?(?:squeezed?|liquidat\w+)|short squeeze", 2.6),
        (r"(?:fees?|costs?) (?:fall|drop|slip)\w*", 1.5),
        (r"(?:stolen )?funds? (?:returned|recovered)|(?:recover|return)\w* (?:all |most )?(?:stolen )?funds?(?: stolen)?", 2.2),
        (r"rate cuts?|cuts rates", 1.5),
        (r"rate hikes?|raises rates", -2.2),
        (r"lays? off|laid off", -2.2),
        (r"rug pull", -2.8),
        (r"little changed|trades? flat|flat near", 0.0),
        (r"unregistered securities", -2.2),
    ),
}  # fmt: skip
"""Read before the words, and taken out of the text."""

NEGATORS: Mapping[str, frozenset[str]] = {
    "en": _set("avoid avoids denies deny despite never no not rejects unlikely without"),
}
"""A weight within three words after one of these counts the other way, and less."""
