"""Feeds that mean harm. The bounds are in the code: what must not happen is counted, not timed.

Bounds of a text before it is parsed are in test_xml_text.py.
"""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.sources.formats import feed_documents, xml_text
from crypto_pipeline.sources.formats.feeds import feed
from crypto_pipeline.sources.kit import MALFORMED
from crypto_pipeline_tests.sources.formats.feed_bodies import ITEM, one, rss

MOST_ITEMS, MOST_JSON_VALUES = 200, 400_000
MOST_CHARACTERS = 5 * 2**20

BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><rss><channel><item><title>&b;</title></item></channel></rss>"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("before", ["", " " * xml_text.PROLOG, f"<!-- {'x> ' * xml_text.PROLOG} -->"])
def test_a_document_that_declares_entities_is_refused_wherever_it_does(charset: str, before: str) -> None:
    with pytest.raises(ValueError, match=r"entities|EntitiesForbidden"):
        list(feed((before + BOMB).encode(charset)))


def test_entities_of_a_document_that_is_broken_too_are_never_expanded() -> None:
    late = f"<!-- -- {'x> ' * xml_text.PROLOG} -->"
    assert one((late + BOMB).encode()).title == "&b;"


def test_an_external_document_type_is_not_fetched() -> None:
    assert one(b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/rss.dtd">' + rss(ITEM)).title == "T"


def test_an_external_entity_is_refused() -> None:
    with pytest.raises(ValueError, match="entities"):
        list(feed(b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel>&x;</channel></rss>'))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"<rss>" + b" " * MOST_CHARACTERS, "characters"),
        (rss("<item " + " ".join(f'a{i}="1"' for i in range(20_000)) + "/>"), "longer"),
        (b"<rss>" + b"<a/>" * (xml_text.MOST_TAGS + 1) + b"</rss>", "tags"),
    ],
    ids=["too large", "20,000 attributes", "too many tags"],
)
def test_what_is_out_of_bounds_does_not_reach_the_parser(
    payload: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_documents, "_parsed", lambda text: pytest.fail("the parser was called"))
    with pytest.raises(ValueError, match=reason):
        list(feed(payload))


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_a_json_feed_has_so_many_values_and_no_more(more: int, is_read: bool) -> None:
    tags = ",".join(["1"] * (MOST_JSON_VALUES - 5 + more))
    document = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"title": "T", "tags": [{tags}]}}]}}'
    if is_read:
        assert len(list(feed(document))) == 1
    else:
        with pytest.raises(ValueError, match=f"more than {MOST_JSON_VALUES} values"):
            list(feed(document))


@pytest.mark.parametrize(
    "payload",
    [
        rss("<item><title>T</title><p " + " ".join(f'a{i}=">"' for i in range(20_000)) + ">x</p></item>"),
        rss("<item><title>T</title>" + "<a>" * 20_000 + "</a>" * 20_000 + "</item>"),
        rss("<item>" * 50_000),
        rss("<item><![CDATA[" * 50_000),
        rss("<item><title>" + "&" * 500_000 + "</title></item>"),
        rss("<item><title>T</title>" + "".join(f"<a{i}:b/>" for i in range(20_000)) + "</item>"),
        b"<rss>" + b"<a" * 100_000,
        b"<rss><item>" + b"</item" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
    ],
    ids=["> in attributes", "deep", "items in items", "cdata", "ampersands", "prefixes", "open", "closing", "json"],
)
def test_work_grows_with_the_size_of_a_document_and_not_with_its_square(payload: bytes) -> None:
    """With a square in it, each of these would take minutes; the whole test has to be done long before that."""
    with contextlib.suppress(*MALFORMED):
        assert len(list(feed(payload))) <= MOST_ITEMS


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    for document in (payload, b"<rss><channel><item><title>" + payload + b"</title></item></channel></rss>"):
        with contextlib.suppress(*MALFORMED):
            list(feed(document))
