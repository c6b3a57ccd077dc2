"""What was looked at and is not declared, with the reason: closed services, second answers, what cannot be asked well.

Belongs here: one plain sentence for each, and what gives the same here where something does.
Does not belong here: endpoints that are declared and off; they say themselves why (``quirks``).
"""

from __future__ import annotations

from collections.abc import Mapping

_ALL_CHAINS_AT_ONCE = (
    "The answer about all chains (api.blockchair.com/stats) says it in one request of a shared daily quota."
)
_CLOSED = "Closed or closing, as of late 2026."

CHAINS: Mapping[str, str] = {
    "Blocknative gas API": "Closed; the fee history of each chain's own nodes tells slow, standard and fast.",
    "Etherscan V1 (api.etherscan.io/api, api.bscscan.com, api.polygonscan.com)": (
        "Ended on 2025-08-15; V2 with a free key, and without a key the nodes' fee history, replace it."
    ),
    "api.blockchair.com/bitcoin-cash/stats": _ALL_CHAINS_AT_ONCE,
    "api.blockchair.com/bitcoin/stats": _ALL_CHAINS_AT_ONCE,
    "api.blockchair.com/dash/stats": _ALL_CHAINS_AT_ONCE,
    "api.blockchair.com/dogecoin/stats": _ALL_CHAINS_AT_ONCE,
    "api.blockchair.com/litecoin/stats": _ALL_CHAINS_AT_ONCE,
    "api.blockchair.com/zcash/stats": _ALL_CHAINS_AT_ONCE,
    "api.hyperliquid.xyz/info recentTrades": (
        "Trades, not transfers, one request for each coin, and not part of the published interface."
    ),
    "gas.api.infura.io": (
        "Its key is a part of the address, where it would reach logs; nodes that need no key tell the same fees."
    ),
}
"""Fees, states and transfers of chains."""

MARKETS: Mapping[str, str] = {
    "AscendEX": "The ccxt library dropped it in July 2026.",
    "BitMEX": "Closed on 2026-09-23; Binance, Bybit, OKX, Deribit and others give perpetual contracts.",
    "BitMart": "Its end was announced in July 2026.",
    "CoinCap v2": "Ended on 2025-03-31; v3 wants a key.",
    "CoinCatch": _CLOSED,
    "Coinext": _CLOSED,
    "Coinmetro": "Bankrupt since July 2026.",
    "EXMO": "Closing since August 2026.",
    "NovaDAX": "Its interface was switched off in July 2026; Mercado Bitcoin and Foxbit give reais.",
    "OceanEx": _CLOSED,
    "ProBit": _CLOSED,
    "TimeX": _CLOSED,
    "YoBit": _CLOSED,
    "Zonda": _CLOSED,
}
"""Prices."""

NEWS: Mapping[str, str] = {
    "8btc, Jinse, Bishijie, ChainNode": "Gone: no address, no answer or 404; BlockBeats, PANews and BlockTempo write in Chinese.",
    "Blogs of Coinbase, Binance, Galaxy, Delphi, Dune and DefiLlama": (
        "No feed of theirs works; announcements of Binance and other exchanges come from their own pages."
    ),
    "CoinGecko news": "Paid plans only; the feeds of the outlets themselves replace it.",
    "CoinStats news (api.coinstats.app/public/v1)": (
        "The old address without a key was not confirmed to answer; the current interface wants a key."
    ),
    "CryptoCompare and CoinDesk Data news": (
        "The free plan ended on 2026-05-21; CoinDesk's own feed and those of the other outlets replace it."
    ),
    "CryptoPanic API": ("The free plan ended on 2026-04-01; the feeds of the outlets it gathers are read directly."),
    "Medium": "Answers 429 to addresses in data centres, however slowly it is asked.",
    "Messari (messari.io/rss)": "No feed of theirs was found to work any more.",
    "NullTX": "Withdrawn at the wish of its owner in July 2026.",
    "Substack and Mirror": "Answer 403 to programs.",
    "cryptocurrency.cv (free-crypto-news)": "Its service was taken down; the feeds it gathered are read directly.",
    "defiprime.com/rss.xml": "404; The Defiant covers the same ground.",
}
"""Articles."""

SETTLED: Mapping[str, str] = {
    "ETF flows (farside.co.uk)": (
        "Its tables stand behind a challenge and answer 403 to programs; SoSoValue tells them to whoever has its free key."
    ),
    "Exchange reserves (api.llama.fi/cexs and /protocol/EXCHANGE)": (
        "Addresses that DefiLlama documents nowhere and may take away; proofs of the exchanges themselves come seldom, each in a form of its own."
    ),
    "Google Trends": "No interface without a login; Wikipedia tells how often articles are read.",
    "Liquidations of Binance and Bybit": (
        "Told over sockets that have to stay open, and then in part; Gate, OKX, Bitfinex and HTX list theirs."
    ),
    "SOPR, NUPL and the like (bitcoin-data.com)": (
        "Ten requests an hour and fifteen a day; market over realised value comes from Coin Metrics."
    ),
    "Token unlocks (api.llama.fi/emissions)": (
        "Answers 402 since it belongs to the paid plan; the files behind its page are not documented and 22 MB long."
    ),
}
"""Facts beyond prices. Fees of protocols (DefiLlama) and pools of decentralised exchanges (GeckoTerminal) are declared."""

LEFT_OUT: Mapping[str, str] = {**CHAINS, **MARKETS, **NEWS, **SETTLED}
"""By the name of a service or the address of a request."""
