"""Topics of headlines, and what makes an article one about crypto.

Belongs here: the words, as data that a reader of news can correct without knowing the code.
Does not belong here: how they are found (collection/normalise/news/tags.py).
"""

from __future__ import annotations

from collections.abc import Mapping

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
    r"|distributed ledger|coinbase|binance|kraken|tether|airdrops?|on-?chain|hash ?rate|satoshis?|halving|memecoins?"
    r"|crypto-?assets?|cbdcs?|polymarket|metamask|depin|layer[- ]2|rollups?|proof[- ]of[- ](?:work|stake)"
)
"""What makes an item of an outlet that writes about other things too worth keeping, as an expression over folded text."""
