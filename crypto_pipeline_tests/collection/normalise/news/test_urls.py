"""One address for one article."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.urls import canonical

LONGEST = 2**11


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://outlet.example/a", "https://outlet.example/a"),
        ("https://www.outlet.example/a", "https://outlet.example/a"),
        ("https://m.outlet.example/a", "https://outlet.example/a"),
        ("https://amp.outlet.example/a", "https://outlet.example/a"),
        ("https://www.m.outlet.example/a", "https://outlet.example/a"),
        ("HTTPS://Outlet.Example/a", "https://outlet.example/a"),
        ("https://outlet.example:443/a", "https://outlet.example/a"),
        ("http://outlet.example:80/a", "https://outlet.example/a"),
        ("https://outlet.example./a", "https://outlet.example/a"),
        ("https://outlet.example/a/", "https://outlet.example/a"),
        ("https://outlet.example//a", "https://outlet.example/a"),
        ("https://outlet.example", "https://outlet.example/"),
        ("https://outlet.example/a#comments", "https://outlet.example/a"),
        ("https://outlet.example/a?utm_source=rss&utm_medium=rss", "https://outlet.example/a"),
        ("https://outlet.example/a?fbclid=1&GCLID=2&ref=x&oc=5&mc_cid=1", "https://outlet.example/a"),
        ("https://outlet.example/a?b=2&a=1", "https://outlet.example/a?a=1&b=2"),
        ("https://outlet.example/a?b=2&amp;a=1", "https://outlet.example/a?a=1&b=2"),
        ("https://outlet.example/%d9%82%db%8c%d9%85%d8%aa", "https://outlet.example/قیمت"),
        ("https://outlet.example/%7Euser/%41", "https://outlet.example/~user/A"),
        ("https://user:word@outlet.example/a", "https://outlet.example/a"),
        ("//outlet.example/a", "https://outlet.example/a"),
        (" https://outlet.example/a\n", "https://outlet.example/a"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ],
)
def test_addresses_of_one_article_become_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://coinpost.example/?p=1", "https://coinpost.example/?p=2"),
        ("https://video.example/watch?v=a", "https://video.example/watch?v=b"),
        ("https://forum.example/item?id=1", "https://forum.example/item?id=2"),
        ("https://outlet.example/A", "https://outlet.example/a"),
        ("https://es.outlet.example/a", "https://outlet.example/a"),
        ("https://outlet.example:8443/a", "https://outlet.example/a"),
        ("https://outlet.example/a%2Fb", "https://outlet.example/a/b"),
        ("https://outlet.example/a?x=%FE", "https://outlet.example/a?x=%FF"),
        ("https://m.example/a", "https://n.example/a"),
    ],
)
def test_addresses_of_two_articles_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://outlet.example/a",
        "mailto:ann@outlet.example",
        "/relative",
        "www.outlet.example/a",
        "https://",
        "https:///a",
        "https://localhost/a",
        "https://outlet.example:port/a",
        "https://outlet.example:99999/a",
        "https://[::1/a",
        "https://[::1]/a",
        "https://out let.example/a",
        "https://outlet.example/\ud800",
        "https://" + "ü" * 300 + ".example/",
        "https://outlet.example/" + "a" * LONGEST,
    ],
)
def test_what_is_no_address_of_the_web_is_none(url: str) -> None:
    assert canonical(url) is None


pieces = st.sampled_from(
    [
        *"/?&=#%:@.[];+ \t\\",
        "//",
        "http://",
        "https://",
        "www.",
        "m.",
        "outlet.example",
        "utm_source=a",
        "p=1",
        "%2F",
        "%41",
        "&amp;",
    ]
)


@given(
    st.one_of(
        st.text(), st.lists(pieces | st.text(max_size=3)).map("".join), st.text().map("https://outlet.example/".__add__)
    )
)
@example("https://outlet.example/%%34%31")
@example("https://outlet.example/?a=%&b=%25")
def test_canonical_never_fails_and_has_nothing_to_add_to_its_own_result(url: str) -> None:
    address = canonical(url)
    if address is not None:
        assert address.isascii()
        assert address.startswith("https://")
        assert canonical(address) == address
