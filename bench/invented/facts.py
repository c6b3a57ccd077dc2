"""Facts of an invented past: coins with their prices, chains with their fees, outlets with their titles.

Belongs here: what is said of each by a person, and which declared sources tell of it.
Does not belong here: how it moves (bench/invented/market.py), what collections left behind (bench/invented/log.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from crypto_pipeline.schema.tables import UI_TABLES
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.sources.symbols import COINGECKO_IDS

PRICES = {
    "BTC": (92_000, 1.83e12), "ETH": (3_090, 3.73e11), "USDT": (1, 1.84e11), "XRP": (2.25, 1.35e11), "BNB": (880, 1.21e11),
    "SOL": (142, 7.9e10), "USDC": (1, 7.5e10), "TRX": (0.28, 2.7e10), "DOGE": (0.15, 2.3e10), "ADA": (0.46, 1.65e10),
    "HYPE": (34, 1.1e10), "LINK": (13.2, 9.2e9), "BCH": (545, 1.08e10), "XLM": (0.26, 8.3e9), "SUI": (1.6, 5.9e9),
    "AVAX": (14.1, 6.1e9), "LEO": (9.3, 8.6e9), "HBAR": (0.15, 6.3e9), "LTC": (84, 6.4e9), "XMR": (390, 7.2e9),
    "SHIB": (0.0000088, 5.2e9), "TON": (1.6, 4.0e9), "DOT": (2.4, 3.9e9), "UNI": (6.3, 3.9e9), "PEPE": (0.0000048, 2.0e9),
}  # fmt: skip
STABLE = {"USDT", "USDC", "USDE", "DAI", "PYUSD"}

GAS = {
    "ethereum": ("gwei", 1.4), "bitcoin": ("sat/vB", 4.0), "polygon": ("gwei", 32.0), "bsc": ("gwei", 0.1), "base": ("gwei", 0.006),
    "arbitrum": ("gwei", 0.012), "optimism": ("gwei", 0.0012), "avalanche": ("gwei", 1.6), "gnosis": ("gwei", 0.4),
    "linea": ("gwei", 0.05), "scroll": ("gwei", 0.00038), "mantle": ("gwei", 0.02), "litecoin": ("sat/vB", 2.0), "solana": ("micro-lamports/CU", 1_000.0),
}  # fmt: skip

ROUTES = (
    ("bitcoin", "BTC", "mempool_space"), ("bitcoin", "BTC", "blockchain_info"), ("ethereum", "ETH", "publicnode_ethereum"),
    ("ethereum", "USDT", "publicnode_ethereum"), ("ethereum", "USDC", "drpc_ethereum"), ("tron", "USDT", "trongrid"),
    ("tron", "USDT", "tronscan"), ("solana", "SOL", "solana"), ("xrpl", "XRP", "xrpl_cluster"), ("bsc", "USDT", "publicnode_bsc"),
    ("base", "USDC", "drpc_base"), ("arbitrum", "USDC", "drpc_arbitrum"), ("polygon", "USDC", "publicnode_polygon"),
    ("stellar", "XLM", "stellar"), ("litecoin", "LTC", "litecoinspace"),
)  # fmt: skip

TITLES = {
    "en": ("{coin} holds its ground as volume thins out", "Exchange outflows of {coin} reach a three-month high", "What the next upgrade means for {coin}", "{coin} slips after a wave of liquidations", "Regulator opens consultation on custody of {coin}", "Developers of {coin} fix a flaw found by students", "Analysts disagree on where {coin} goes from here", "Payment firm adds {coin} in eleven countries"),
    "fa": ("قیمت {coin} پس از یک روز پرنوسان آرام گرفت", "خروج {coin} از صرافی‌ها به بالاترین حد سه ماه اخیر رسید", "به‌روزرسانی بعدی برای دارندگان {coin} چه معنایی دارد؟", "موج تسویه‌ها {coin} را پایین کشید", "بانک مرکزی پیش‌نویس مقررات نگهداری {coin} را منتشر کرد", "تحلیل‌گران دربارهٔ آیندهٔ {coin} هم‌نظر نیستند"),
    "es": ("{coin} se mantiene firme con poco volumen", "Las salidas de {coin} alcanzan su máximo en tres meses", "Qué cambia para {coin} con la próxima actualización"),
    "de": ("{coin} behauptet sich bei dünnem Handel", "Abflüsse von {coin} auf Dreimonatshoch", "Was das nächste Upgrade für {coin} bedeutet"),
    "fr": ("{coin} tient bon malgré des volumes en baisse", "Les retraits de {coin} au plus haut depuis trois mois"),
    "it": ("{coin} resiste con volumi in calo",),
    "pt-BR": ("{coin} se mantém estável com volume menor", "Saídas de {coin} chegam ao maior nível em três meses"),
    "ru": ("{coin} держится на фоне низких объёмов", "Отток {coin} с бирж достиг трёхмесячного максимума"),
    "tr": ("{coin} düşük hacimle yerini koruyor", "Borsalardan {coin} çıkışı üç ayın zirvesinde"),
    "zh-Hans": ("{coin}在成交清淡中企稳", "{coin}交易所流出量创三个月新高"),
    "zh-Hant": ("{coin}在成交清淡中回穩",),
    "ja": ("{coin}、薄商いの中で底堅く推移", "取引所からの{coin}流出が3カ月ぶり高水準"),
    "ko": ("{coin}, 거래량 감소 속 보합세", "거래소 {coin} 유출량 석 달 만에 최고"),
}  # fmt: skip


def coins(number: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for rank, symbol in enumerate(list(COINGECKO_IDS)[:number]):
        usd, cap = PRICES.get(symbol, (1.0 if symbol in STABLE else 40 / (1 + rank % 17) ** 2, 6e9 / (1 + rank / 10)))
        rows.append(
            (rank, symbol, 1_000 + 37 * rank, usd, cap, cap * 0.05, 0.003 if symbol in STABLE else 0.8 + rank % 5 / 5)
        )
    return rows


def providers(endpoints: list[Endpoint], table: str) -> list[str]:
    return list(dict.fromkeys(one.provider.name for one in endpoints if table in one.tables))


def fees(endpoints: list[Endpoint]) -> Iterator[tuple[object, ...]]:
    names = providers(endpoints, "gas_prices")
    number = 0
    for place, (blockchain, (unit, usual)) in enumerate(GAS.items()):
        own = [name for name in names if name.endswith(f"_{blockchain}")][:3]
        for source in own or {"bitcoin": ["mempool_space", "blockstream"], "litecoin": ["litecoinspace"]}[blockchain]:
            yield number, blockchain, source, unit, usual, 500 + place
            number += 1


def metrics(coins: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        ("fear_greed_index", "alternative_me", "index 0-100", 45, 86_400, 61),
        ("fear_greed_index", "coinmarketcap", "index 0-100", 47, 900, 61),
        ("volatility_index_btc", "deribit", "annualised volatility, percent", 48, 3_600, 62),
        ("active_addresses_btc", "coinmetrics", "count in a day", 720_000, 86_400, 63),
        ("pageviews_bitcoin", "wikipedia", "views in a day", 9_000, 86_400, 64),
        ("stories_24h_bitcoin", "hackernews", "count", 6, 900, 65),
    ]
    for number, symbol in enumerate(list(COINGECKO_IDS)[: min(coins, 20)]):
        for name, middle in (("long_short_ratio", 1.3), ("taker_buy_sell_ratio", 1.0)):
            rows += [
                (f"{name}_{symbol.lower()}", source, "ratio", middle, 3_600, 70 + number)
                for source in ("binance", "bybit")
            ]
    return rows


def endpoints(endpoints: list[Endpoint]) -> Iterator[tuple[object, ...]]:
    first: dict[str, str] = {}
    for number, one in enumerate(endpoints):
        if one.pool:
            first.setdefault(one.pool, one.id)
        is_ui = not set(one.tables).isdisjoint(UI_TABLES) and one.cadence != 15
        standby = one.pool is not None and first[one.pool] != one.id
        yield number, one.id, one.provider.name, one.host, ",".join(one.tables), one.pool, standby, one.cadence, is_ui
