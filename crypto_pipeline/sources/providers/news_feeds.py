"""Outlets with a feed, by language. What is worth knowing about one stands beside it.

A feed carries no terms of use that a program could read: titles, links, dates and a short summary are kept, never the text.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from crypto_pipeline.schema.rows import Article, Row
from crypto_pipeline.sources.formats.feeds import feed
from crypto_pipeline.sources.kit import Expected, Parser, Payload, Provider, Rows, Unreadable, get
from crypto_pipeline.sources.lexicon.coins import NAMES
from crypto_pipeline.sources.lexicon.topics import ABOUT_CRYPTO

YEAR = 365 * 24 * 60


class Outlet(NamedTuple):
    """One outlet and its feed."""

    name: str
    url: str
    cadence: int = 15
    language: str = "en"
    params: Mapping[str, str] = MappingProxyType({})
    mixed: bool = False
    """It writes mostly about other things: only what is about crypto is taken, which may be nothing."""
    wide: bool = False
    """It writes about other things too: all is taken, and what is not about crypto is marked."""
    on: bool = True
    quirks: str = ""


OUTLETS = (
    # English
    Outlet("coindesk", "https://www.coindesk.com/arc/outboundfeeds/rss", quirks="An empty dc:description follows the full description."),
    Outlet("cointelegraph", "https://cointelegraph.com/rss", quirks="The guid is the clean address. Articles are edited quietly."),
    Outlet("theblock", "https://www.theblock.co/rss.xml", quirks="Times are US Eastern."),
    Outlet("decrypt", "https://decrypt.co/feed", wide=True, quirks="Reaches back three weeks. Writes about AI, games and films too."),
    Outlet("bitcoin_magazine", "https://bitcoinmagazine.com/feed", quirks="Answers 403 to some networks."),
    Outlet("cryptoslate", "https://cryptoslate.com/feed/"),
    Outlet("beincrypto", "https://beincrypto.com/feed/"),
    Outlet("newsbtc", "https://www.newsbtc.com/feed/"),
    Outlet("bitcoinist", "https://bitcoinist.com/feed/", quirks="Of the same publisher as NewsBTC."),
    Outlet("utoday", "https://u.today/rss"),
    Outlet("cryptobriefing", "https://cryptobriefing.com/feed/", wide=True),
    Outlet("ambcrypto", "https://ambcrypto.com/feed/"),
    Outlet("coinjournal", "https://coinjournal.net/feed/"),
    Outlet("the_defiant", "https://thedefiant.io/feed", 30),
    Outlet("bitcoin_com_news", "https://news.bitcoin.com/feed/"),
    Outlet("watcher_guru", "https://watcher.guru/news/feed", wide=True, quirks="Ten items: on busy days a quarter of an hour is not too often."),
    Outlet("protos", "https://protos.com/feed/", 30),
    Outlet("unchained", "https://unchainedcrypto.com/feed/", 30),
    Outlet("daily_hodl", "https://dailyhodl.com/feed/"),
    Outlet("coingape", "https://coingape.com/feed/"),
    Outlet("cryptopolitan", "https://www.cryptopolitan.com/feed/", wide=True),
    Outlet("finbold", "https://finbold.com/feed/", mixed=True, quirks="Covers stocks too."),
    Outlet("finance_magnates_crypto", "https://www.financemagnates.com/cryptocurrency/feed/", 30),
    Outlet("fxstreet_crypto", "https://www.fxstreet.com/rss/crypto"),
    Outlet("coinedition", "https://coinedition.com/feed/"),
    Outlet("coinpedia", "https://coinpedia.org/feed/"),
    Outlet("trustnodes", "https://www.trustnodes.com/feed/", 60),
    Outlet("bankless", "https://www.bankless.com/rss/feed", 60),
    Outlet("web3isgoinggreat", "https://www.web3isgoinggreat.com/feed.xml", 60, quirks="Losses and scams only: bends any mean of moods."),
    Outlet("blockworks", "https://blockworks.co/feed", quirks="Answers 403 to some networks."),
    Outlet("dlnews", "https://www.dlnews.com/arc/outboundfeeds/rss/", 30),
    Outlet("cryptopotato", "https://cryptopotato.com/feed/"),
    Outlet("crypto_news", "https://crypto.news/feed/", on=False),
    Outlet("cryptonews_com", "https://cryptonews.com/news/feed/", on=False),
    Outlet("cointelegraph_regulation", "https://cointelegraph.com/rss/tag/regulation", 30, on=False, quirks="Repeats items of the main feed."),
    # Companies, research, authorities
    Outlet("chainwire", "https://chainwire.org/feed/", 60, quirks="Paid press releases."),
    Outlet("ethereum_foundation", "https://blog.ethereum.org/feed.xml", 360, quirks="Sends its whole archive, some 600 items."),
    Outlet("bitcoin_optech", "https://bitcoinops.org/feed.xml", 360),
    Outlet("kraken_blog", "https://blog.kraken.com/feed/", 60),
    Outlet("chainalysis", "https://www.chainalysis.com/blog/feed/", 360),
    Outlet("elliptic", "https://www.elliptic.co/blog/rss.xml", 360),
    Outlet("glassnode", "https://insights.glassnode.com/rss/", 360),
    Outlet("coin_center", "https://www.coincenter.org/feed/", 360),
    Outlet("a16z_crypto", "https://a16zcrypto.com/posts/feed/", 360, on=False),
    Outlet("fed_press", "https://www.federalreserve.gov/feeds/press_all.xml", 60, mixed=True, quirks="Mostly not about crypto."),
    Outlet("sec_press", "https://www.sec.gov/news/pressreleases.rss", 60, mixed=True, quirks="Wants a User-Agent with a contact, else 403."),
    Outlet("cftc_general", "https://www.cftc.gov/RSS/RSSGP/rssgp.xml", 60, mixed=True),
    Outlet("cftc_enforcement", "https://www.cftc.gov/RSS/RSSENF/rssenf.xml", 60, mixed=True),
    # Chinese
    Outlet("odaily_newsflash", "https://rss.odaily.news/rss/newsflash", 15, "zh-Hans", quirks="Seen with a wrong declaration of its charset."),
    Outlet("panews", "https://www.panewslab.com/rss.xml", 15, "zh-Hans", {"lang": "zh", "type": "NEWS"}),
    Outlet("blocktempo", "https://www.blocktempo.com/feed/", 15, "zh-Hant"),
    # Japanese and Korean
    Outlet("coinpost", "https://coinpost.jp/", 15, "ja", {"feed": "rss2"}, quirks="The article is in the query: ?p=ID."),
    Outlet("coindesk_japan", "https://www.coindeskjapan.com/feed/", 15, "ja"),
    Outlet("crypto_times_jp", "https://crypto-times.jp/feed/", 60, "ja"),
    Outlet("blockmedia", "https://www.blockmedia.co.kr/feed/", 15, "ko"),
    Outlet("tokenpost", "https://www.tokenpost.kr/rss", 15, "ko"),
    # Spanish and Portuguese
    Outlet("diariobitcoin", "https://www.diariobitcoin.com/feed/", 15, "es"),
    Outlet("beincrypto_es", "https://es.beincrypto.com/feed/", 15, "es"),
    Outlet("criptonoticias", "https://www.criptonoticias.com/feed/", 15, "es"),
    Outlet("cointelegraph_es", "https://es.cointelegraph.com/rss", 15, "es"),
    Outlet("livecoins", "https://livecoins.com.br/feed/", 15, "pt-BR"),
    Outlet("portal_do_bitcoin", "https://portaldobitcoin.uol.com.br/feed/", 15, "pt-BR"),
    Outlet("beincrypto_br", "https://br.beincrypto.com/feed/", 15, "pt-BR"),
    # German, French, Italian
    Outlet("btc_echo", "https://www.btc-echo.de/feed/", 15, "de"),
    Outlet("cryptomonday_de", "https://cryptomonday.de/feed/", 60, "de"),
    Outlet("cointelegraph_de", "https://de.cointelegraph.com/rss", 15, "de", on=False),
    Outlet("journal_du_coin", "https://journalducoin.com/feed/", 15, "fr"),
    Outlet("cryptoast", "https://cryptoast.fr/feed/", 15, "fr"),
    Outlet("cryptonomist_it", "https://it.cryptonomist.ch/feed/", 60, "it"),
    # Russian and Turkish
    Outlet("forklog", "https://forklog.com/feed/", 15, "ru"),
    Outlet("bits_media", "https://bits.media/rss2/", 15, "ru"),
    Outlet("incrypted", "https://incrypted.com/feed/", 15, "ru"),
    Outlet("koinmedya", "https://koinmedya.com/feed/", 15, "tr"),
    Outlet("btchaber", "https://www.btchaber.com/feed/", 15, "tr"),
    Outlet("coin_turk", "https://coin-turk.com/feed", 15, "tr", on=False),
    # Persian
    Outlet("mihanblockchain", "https://mihanblockchain.com/feed/", 15, "fa"),
    Outlet("ramzarz", "https://ramzarz.news/feed/", 15, "fa"),
    Outlet("arzdigital", "https://arzdigital.com/feed/", 15, "fa"),
    Outlet("zoomarz", "https://zoomarz.com/feed", 15, "fa", on=False),
    Outlet("nobitex_mag", "https://nobitex.ir/mag/feed/", 15, "fa", on=False, quirks="An Iranian exchange: may refuse foreign networks."),
    # Gatherers and communities
    Outlet("hnrss", "https://hnrss.org/newest", 60, "en", {"q": "bitcoin OR ethereum OR crypto"}, on=False, quirks="Hacker News, by another's service."),
    Outlet("cryptopanic", "https://cryptopanic.com/news/rss/", 30, on=False, quirks="Seen three weeks old."),
    Outlet("youtube_coin_bureau", "https://www.youtube.com/feeds/videos.xml", 180, "en", {"channel_id": "UCqK_GSMbpiV8spgD3ZGloSw"}, on=False, quirks="Videos."),
    Outlet("reddit_cryptocurrency", "https://www.reddit.com/r/CryptoCurrency/hot.rss", 60, "en", {"limit": "40"}, on=False, quirks="Answers 429 to most."),
    Outlet("reddit_bitcoin", "https://www.reddit.com/r/Bitcoin/hot.rss", 60, "en", {"limit": "40"}, on=False, quirks="Answers 429 to most."),
)  # fmt: skip

_OF_COINS = "|".join(re.escape(name) for name in NAMES if name != "tron")  # a film as well
_ABOUT_CRYPTO = re.compile(rf"(?<!\w)(?:{ABOUT_CRYPTO}|{_OF_COINS})(?!\w)")


def feed_about_crypto(payload: Payload) -> Rows:
    """As feed: <rss version="2.0"><channel>...<item><title>...</title>...</item></channel></rss>

    Items that do not mention crypto are passed over.
    """
    return [row for row in feed(payload) if isinstance(row, Unreadable) or _is_about_crypto(row)]


def feed_marked(payload: Payload) -> Rows:
    """As feed: <rss version="2.0"><channel>...<item><title>...</title>...</item></channel></rss>

    Items that do not mention crypto are marked.
    """
    for row in feed(payload):
        yield row._replace(about_crypto=_is_about_crypto(row)) if isinstance(row, Article) else row


def _parser(outlet: Outlet) -> Parser:
    if outlet.mixed:
        return feed_about_crypto
    return feed_marked if outlet.wide else feed


def _is_about_crypto(row: Row) -> bool:
    assert isinstance(row, Article)
    text = " ".join((row.title or "", row.content or "", *row.categories))
    return _ABOUT_CRYPTO.search(text.casefold()) is not None


def _provider(outlet: Outlet) -> Provider:
    site = urlsplit(outlet.url)
    provider = Provider(
        outlet.name,
        f"{site.scheme}://{site.netloc}",
        docs=f"{site.scheme}://{site.netloc}/",
        per_minute=6,
        quirks=outlet.quirks,
    )
    provider.endpoint(
        Article,
        get(site.path, outlet.params),
        name="feed",
        cadence=outlet.cadence,
        on=outlet.on,
        answer=Expected(
            format="xml",
            stale_after_minutes=YEAR if outlet.mixed or outlet.cadence >= 60 else None,
            may_be_empty=outlet.mixed,
            language=outlet.language,
        ),
    )(_parser(outlet))
    return provider


news_feeds = [_provider(outlet) for outlet in OUTLETS]
