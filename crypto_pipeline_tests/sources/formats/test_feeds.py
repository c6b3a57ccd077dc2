"""Feeds in every dialect and in every state of disrepair; those that mean harm are in test_hostile_feeds.py."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.errors import PageForPeople
from crypto_pipeline.sources.formats.feeds import feed
from crypto_pipeline.sources.kit import Unreadable
from crypto_pipeline_tests.sources.formats.feed_bodies import ITEM, articles_in, one, rss

MOST_ITEMS = 200


def test_rss_gives_every_part_of_an_article_as_written() -> None:
    assert one(
        rss(
            "<item><title> BTC &lt; $100K </title><link>https://outlet.example/a?utm_source=rss</link>"
            "<guid isPermaLink='false'>g-1</guid><pubDate>Mon, 23 Nov 2026 10:00:00 CET  </pubDate>"
            "<atom:updated>2026-11-23T10:30:00Z</atom:updated><description>&lt;p&gt;Text&lt;/p&gt;</description>"
            "<dc:creator>Ann</dc:creator><category/><category>Markets</category><category><![CDATA[ETF]]></category></item>"
        )
    ) == Article(
        title="BTC < $100K",
        url="https://outlet.example/a?utm_source=rss",
        published="Mon, 23 Nov 2026 10:00:00 CET",
        content="<p>Text</p>",
        updated="2026-11-23T10:30:00Z",
        guid="g-1",
        author="Ann",
        categories=("Markets", "ETF"),
    )


def test_an_empty_element_does_not_hide_a_full_one() -> None:
    article = one(
        rss("<item><title>T</title><description>Text</description><content:encoded/><dc:description/></item>")
    )
    assert article.content == "Text"


def test_the_full_text_goes_before_the_description() -> None:
    article = one(
        rss("<item><title>T</title><description>Short</description><content:encoded>Long</content:encoded></item>")
    )
    assert article.content == "Long"


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ('<guid isPermaLink="true">https://outlet.example/clean</guid>', "https://outlet.example/clean"),
        ('<guid isPermaLink="false">https://outlet.example/?p=1</guid>', "https://outlet.example/a?utm_source=rss"),
        ("<guid>https://outlet.example/?p=1</guid>", "https://outlet.example/a?utm_source=rss"),
        ('<guid isPermaLink="true">12345</guid>', "https://outlet.example/a?utm_source=rss"),
    ],
)
def test_only_a_guid_that_says_it_is_the_address_goes_before_the_link(guid: str, url: str) -> None:
    item = f"<item><title>T</title><link><![CDATA[https://outlet.example/a?utm_source=rss]]></link>{guid}</item>"
    assert one(rss(item)).url == url


def test_the_link_of_the_channel_in_another_namespace_is_not_the_link_of_an_item() -> None:
    item = (
        '<item><title>T</title><atom:link href="https://outlet.example/b"/><link>https://outlet.example/a</link></item>'
    )
    assert one(rss(item)).url == "https://outlet.example/a"


def test_atom_gives_the_alternate_link_and_joins_xhtml() -> None:
    assert one(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><updated>2026-11-23T00:00:00Z</updated><entry>
        <title type="html">A &amp;amp; B</title><id>tag:outlet.example,2026:1</id>
        <link rel="self" href="https://outlet.example/1.atom"/><link href="https://outlet.example/1"/>
        <published>2026-11-22T10:00:00+01:00</published><updated>2026-11-23T10:00:00Z</updated>
        <author><name>Ann</name><uri>https://outlet.example/ann</uri></author><category term="c" label="C"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two <b>bo</b>ld</p></div></content>
        </entry></feed>"""
    ) == Article(
        title="A &amp; B",
        url="https://outlet.example/1",
        published="2026-11-22T10:00:00+01:00",
        content="One  Two bold",
        updated="2026-11-23T10:00:00Z",
        guid="tag:outlet.example,2026:1",
        author="Ann",
        categories=("C",),
    )


def test_an_atom_entry_without_published_takes_its_update() -> None:
    entry = "<entry><title>T</title><updated>2026-11-23T10:00:00Z</updated></entry>"
    article = one(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode())
    assert article.published == article.updated == "2026-11-23T10:00:00Z"


@pytest.mark.parametrize("namespace", ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"])
def test_rdf_is_read_in_both_of_its_namespaces(namespace: str) -> None:
    assert one(
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>C</title><link>https://outlet.example/</link></channel>
        <item rdf:about="urn:1"><title>T</title><link>https://outlet.example/1</link><dc:date>2026-11-23</dc:date></item>
        </rdf:RDF>""".encode()
    ) == Article("T", "https://outlet.example/1", published="2026-11-23", guid="urn:1")


def test_a_video_has_its_text_in_the_media_group() -> None:
    assert (
        one(
            b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry><title>T</title>
            <media:group><media:title>M</media:title><media:description>Text</media:description></media:group></entry></feed>"""
        ).content
        == "Text"
    )


def test_json_feed_is_recognised_by_its_first_byte() -> None:
    assert one(
        b"""{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "url": "https://outlet.example/1",
        "title": "T", "content_html": "<p>Text</p>", "date_published": "2026-11-23T10:00:00Z", "authors": [{"name": "Ann"}],
        "tags": ["ETF"]}]}"""
    ) == Article(
        "T", "https://outlet.example/1", "2026-11-23T10:00:00Z", "<p>Text</p>", None, "1", "Ann", ("ETF",)
    )  # fmt: skip


def test_a_malformed_entry_of_a_json_feed_costs_only_itself() -> None:
    rows = list(feed(b'{"version": "https://jsonfeed.org/version/1", "items": [null, {"id": "1", "title": "T"}]}'))
    assert [type(row) for row in rows] == [Unreadable, Article]


def test_an_element_before_the_channel_does_no_harm() -> None:
    script = '<script xmlns="http://www.w3.org/1999/xhtml">x()</script>'
    assert one(f"<rss version='2.0'>{script}<channel>{ITEM}</channel></rss>".encode()).title == "T"


def test_a_valid_feed_without_items_is_no_error() -> None:
    assert list(feed(rss())) == []


def test_of_a_whole_archive_the_newest_are_kept() -> None:
    archive = [
        f"<item><title>{day}</title><pubDate>{day % 28 + 1:02} Jan {2000 + day // 28} 00:00:00 GMT</pubDate></item>"
        for day in range(609)
    ]
    rows = articles_in(rss(*archive, "<item><title>undated</title></item>"))
    assert len(rows) == MOST_ITEMS
    assert {row.title for row in rows} == {str(day) for day in range(609 - MOST_ITEMS, 609)}


@pytest.mark.parametrize(("before", "is_read"), [(4_999, True), (5_000, False)])
def test_of_an_archive_without_end_five_thousand_items_are_read(before: int, is_read: bool) -> None:
    old = "<item><title>old</title><pubDate>01 Jan 2020 00:00:00 GMT</pubDate></item>"
    new = "<item><title>new</title><pubDate>01 Nov 2026 00:00:00 GMT</pubDate></item>"
    assert ("new" in {row.title for row in articles_in(rss(old * before, new))}) is is_read


# Links


SITE = "<link>https://outlet.example/news/</link>"
RELATIVE = "<item><title>T</title><link>/post/1</link></item>"


@pytest.mark.parametrize(
    ("document", "url"),
    [
        (f"<rss><channel>{RELATIVE}</channel></rss>", "/post/1"),
        (f"<rss><channel>{SITE}{RELATIVE}</channel></rss>", "https://outlet.example/post/1"),
        (f"<rss><channel>{SITE}{RELATIVE.replace('/post', 'post')}</channel></rss>", "https://outlet.example/news/post/1"),
        (f"<rss xml:base='https://base.example/'><channel>{SITE}{RELATIVE}</channel></rss>", "https://base.example/post/1"),
        (f"<rss><channel xml:base='https://base.example/'>{SITE}{RELATIVE}</channel></rss>", "https://base.example/post/1"),
        (
            f"<rss><channel xml:base='https://base.example/a/'>{SITE}"
            "<item xml:base='b/'><title>T</title><link>post/1</link></item></channel></rss>",
            "https://base.example/a/b/post/1",
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://feeds.example/x"/>'
            '<link href="https://outlet.example/"/><entry><title>T</title><link href="/post/1"/></entry></feed>',
            "https://outlet.example/post/1",
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/"><entry><title>T</title>'
            '<link xml:base="https://link.example/" href="/post/1"/></entry></feed>',
            "https://link.example/post/1",
        ),
        (f"<rss><channel>{SITE}{RELATIVE}<item><b></item></channel></rss>", "https://outlet.example/post/1"),
        (f"<rss><channel>{SITE}<item><title>T</title><link/></item></channel></rss>", None),
        (f"<rss><channel>{SITE}<item><title>T</title></item></channel></rss>", None),
        (f'<rss><channel>{SITE}<item><title>T</title><link href="/post/1"/></item></channel></rss>', "https://outlet.example/post/1"),
        (
            '{"version": "https://jsonfeed.org/version/1", "home_page_url": "https://outlet.example/", '
            '"items": [{"id": "1", "title": "T", "url": "/post/1"}]}',
            "https://outlet.example/post/1",
        ),
    ],
)  # fmt: skip
def test_a_relative_link_is_seen_from_xml_base_then_from_the_channel(document: str, url: str | None) -> None:
    assert [row.url for row in articles_in(document)] == [url]


# Namespaces


@pytest.mark.parametrize(
    "document",
    [
        "<rss xmlns='https://outlet.example/any'>CHANNEL</rss>",
        "<rss xmlns='http://www.w3.org/2005/Atom'>CHANNEL</rss>",
        "<rss xmlns='http://purl.org/rss/1.0/'>CHANNEL</rss>",
        "<x:rss xmlns:x='https://outlet.example/any'>CHANNEL</x:rss>",
        "<rss><channel xmlns='https://outlet.example/any'>ITEM</channel></rss>",
        "<rss><channel><item xmlns='https://outlet.example/any'>FIELDS</item></channel></rss>",
        "<channel>ITEM</channel>",
        "<RDF>ITEM</RDF>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='https://outlet.example/any'>ITEM</rdf:RDF>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns' xmlns='http://purl.org/rss/1.0'>ITEM</rdf:RDF>",
    ],
)
def test_the_frame_of_rss_is_rss_in_any_namespace(document: str) -> None:
    fields = "<title>T</title><link>https://outlet.example/a</link><pubDate>D</pubDate>"
    item = f"<item>{fields}</item>"
    whole = document.replace("CHANNEL", f"<channel>{item}</channel>").replace("ITEM", item).replace("FIELDS", fields)
    assert one(whole.encode()) == Article("T", "https://outlet.example/a", published="D")


@pytest.mark.parametrize(
    "namespace", ["", "xmlns='https://outlet.example/any'", "xmlns='HTTPS://www.w3.org/2005/atom/'"]
)
def test_the_frame_of_atom_is_atom_in_any_namespace(namespace: str) -> None:
    entry = "<entry><title>T</title><link href='https://outlet.example/a'/><published>D</published></entry>"
    assert one(f"<feed {namespace}>{entry}</feed>".encode()) == Article("T", "https://outlet.example/a", published="D")


def test_an_element_of_a_namespace_that_nobody_knows_is_no_part_of_the_article() -> None:
    item = "<item><x:title>X</x:title><title>T</title><x:pubDate>D</x:pubDate></item>"
    assert one(f"<rss xmlns:x='https://outlet.example/x'><channel>{item}</channel></rss>".encode()) == Article(
        "T", None
    )


@pytest.mark.parametrize(
    "uri", ["http://search.yahoo.com/mrss", "https://search.yahoo.com/mrss/", " http://search.yahoo.com/MRSS/ "]
)
def test_a_namespace_is_known_as_people_misspell_it(uri: str) -> None:
    item = "<item><m:title>T</m:title></item>"
    assert one(f"<rss xmlns:m='{uri}'><channel>{item}</channel></rss>".encode()).title == "T"


# Charsets


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("UTF-8", "utf-8"),
        ("utf-16", "utf-8"),
        ("ISO-8859-1", "utf-8"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("no-such-charset", "utf-8"),
        ("punycode", "utf-8"),
    ],
)
def test_bytes_decide_and_the_declaration_is_believed_where_they_do_not(declared: str, written: str) -> None:
    document = (
        f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>Курс</title></item></channel></rss>'
    )
    assert one(document.encode(written)).title == "Курс"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_charsets_are_recognised_with_and_without_a_mark(charset: str) -> None:
    assert one("<rss><channel><item><title>قیمت</title></item></channel></rss>".encode(charset)).title == "قیمت"


def test_gb2312_is_read_with_its_larger_sibling() -> None:
    document = (
        '<?xml version="1.0" encoding="gb2312"?><rss><channel><item><title>比特币突破</title></item></channel></rss>'
    )
    assert one(document.encode("gb18030")).title == "比特币突破"


# Broken documents


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Fear&nbsp;&ndash; greed", "Fear\xa0– greed"),
        ("AT&T & others", "AT&T & others"),
        ("a\x0bb\x00c", "abc"),
        ("5 &lt; 6 &#x1; &#8212;", "5 < 6  —"),
        ("&nosuchentity; stays", "&nosuchentity; stays"),
    ],
)
def test_common_faults_are_mended(title: str, read: str) -> None:
    assert one(rss(f"<item><title>{title}</title></item>")).title == read


def test_what_stands_in_cdata_is_not_mended() -> None:
    assert (
        one(rss("<item><title>a&b</title><description><![CDATA[x &nbsp; y]]></description></item>")).content
        == "x &nbsp; y"
    )


def test_a_comment_before_the_declaration_does_no_harm() -> None:
    assert one(b"<!-- made by hand -->\n<?xml version='1.0'?>\n" + rss(ITEM)).title == "T"


@pytest.mark.parametrize("cut", ["</channel></rss>", "</rss>", ">", "nnel></rss>"])
def test_a_document_that_was_cut_off_gives_its_whole_items(cut: str) -> None:
    document = rss(ITEM, ITEM.replace("T", "U")).removesuffix(cut.encode())
    assert [row.title for row in articles_in(document)] == ["T", "U"]


def test_an_item_in_which_the_document_was_cut_off_is_not_taken() -> None:
    whole, half = feed(rss(ITEM)[: -len("</channel></rss>")] + b"<item><title>Half a")
    assert isinstance(whole, Article)
    assert isinstance(half, Unreadable)


def test_what_breaks_one_item_costs_that_item() -> None:
    rows = list(feed(rss(ITEM, "<item><title><b>never closed</title></item>", ITEM)))
    assert [type(row) for row in rows] == [Article, Unreadable, Article]


def test_a_prefix_that_nobody_declared_is_understood() -> None:
    document = (
        b"<rss version=2.0><rss:channel><rss:item><rss:title>T</rss:title><dc:creator>Ann</dc:creator></rss:item>"
    )
    assert one(document) == Article("T", None, author="Ann")


def test_a_prefix_keeps_the_meaning_that_the_broken_document_gave_it() -> None:
    document = b'<rss xmlns:x="http://purl.org/dc/elements/1.1/"><channel><item><title>T</title><x:creator>Ann</x:creator></item>'
    assert one(document).author == "Ann"


@pytest.mark.parametrize(
    "payload", [b"", b"  \n", b"busy", b"null", b"[]", b"{}", b"42", b"<data/>", b"<rss><channel><item><title><![CD"]
)
def test_what_is_no_feed_is_an_error_that_says_so(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"document|Expecting|JSON"):
        list(feed(payload))


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
        b"\xef\xbb\xbf \n<html lang='en'><body>busy</body></html>",
        b"<?xml version='1.0'?><!-- > --><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'><html/>",
        b"<!-- " + b"- " * 5000 + b" --><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
        "<!DOCTYPE html><html></html>".encode("utf-16"),
    ],
)
def test_a_page_for_people_is_told_from_a_feed(page: bytes) -> None:
    with pytest.raises(PageForPeople):
        list(feed(page))


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), max_size=5))
def test_texts_come_back_as_they_were_written(titles: list[str]) -> None:
    document = rss(*(f"<item><title>{feeds_escape(title)}</title></item>" for title in titles))
    assert [row.title or "" for row in articles_in(document)] == [title.strip() for title in titles]


def feeds_escape(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\ufffe", "").replace("\uffff", "")
    )


def test_importing_the_reader_does_not_import_a_parser() -> None:
    code = "import sys, crypto_pipeline.sources.formats.feeds; print(sorted({'defusedxml', 'feedparser', 'xml.etree'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
