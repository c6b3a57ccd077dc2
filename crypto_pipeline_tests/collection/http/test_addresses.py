"""What was judged is what is asked: one reading of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.addresses import address_of
from crypto_pipeline.collection.http.redirects import next_url
from crypto_pipeline.schema.outcomes import Outcome

HOME = "https://api.example.com/v1/prices"
MARKS = [
    "https:",
    "http:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "?",
    "#",
    "[",
    "]",
    "%",
    "%2e",
    "xn--",
    "..",
    ".",
    "\t",
    "\n",
    "\0",
]
PLACES = ["localhost", "127.0.0.1", "[::1]", "www.example.com", "user:word@", ":443", ":99999", "\u3002", "\udc80"]
PIECES = st.one_of(st.text(max_size=12), st.sampled_from([*MARKS, *PLACES]))


def led_to(location: str) -> str | SourceError:
    """Where a redirect with this Location leads, or why nowhere."""
    try:
        return next_url(302, location, HOME)
    except SourceError as error:
        return error


def test_an_address_keeps_the_spelling_of_its_path_and_query() -> None:
    url = "https://API.example.com:8443/a%2Fb/c;d=e,f?x=%20y&z=[1]&list=a,b"
    assert str(address_of(url)) == "https://api.example.com:8443/a%2Fb/c;d=e,f?x=%20y&z=[1]&list=a,b"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.com", "https://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com/a b?c=\u00fc#part", "https://example.com/a%20b?c=%C3%BC"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_an_address_is_written_as_it_can_be_sent(url: str, sent: str) -> None:
    assert str(address_of(url)) == sent


@pytest.mark.parametrize(
    "url", ["https://", "https:///path", "https://a:99999/", "https://[::1/", "https://\u2488.\udc80/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        address_of(url)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://xn--/", "which is not a public place"),
        ("https://xn--a.xn--/", "which is not a public place"),
        ("https://..example.com/", "which is not a public place"),
        ("https://-a.example.com/", "which is not a public place"),
        (f"https://{'a' * 64}.com/", "which is not a public place"),
        (f"https://{'a.' * 127}com/", "which is not a public place"),
        ("https://www.example.com:0x50/", "is not an address"),
        ("https://www.example.com:65536/", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://[v1.x]/", "is not an address"),
        ("https://\u2024\u2024/", "is not an address"),
        ("https://127\u30020\u30020\u30021/", "which is not a public place"),
        ("https://\uff11\uff12\uff17.0.0.1/", "which is not a public place"),
        ("https://www.example.com\\.evil/", "redirects to"),
        ("javascript:alert(1)", "which is not https"),
        ("data:text/html,x", "which is not https"),
    ],
)
def test_a_hostile_location_is_a_bad_redirect_with_a_reason(location: str, reason: str) -> None:
    error = led_to(location)
    assert isinstance(error, SourceError)
    assert error.outcome is Outcome.BAD_REDIRECT
    assert reason in str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https:rates", "https://api.example.com/v1/rates"),
        ("https:///rates", "https://api.example.com/rates"),
        ("\udcff?a=\udcff", "https://api.example.com/v1/%FF?a=%FF"),
        ("https://www.example.com:443/a b", "https://www.example.com/a%20b"),
    ],
)
def test_a_strange_location_is_read_as_browsers_read_it(location: str, target: str) -> None:
    assert led_to(location) == target


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_a_location_says_it_leads_to_one_public_https_address_or_is_a_bad_redirect(location: str) -> None:
    target = led_to(location)
    if isinstance(target, SourceError):
        assert target.outcome is Outcome.BAD_REDIRECT
        assert str(target).isprintable()
        return
    sent = URL(target, encoded=True)
    assert (sent.scheme, sent.user) == ("https", None)
    assert sent.host == address_of(target).host
    assert "." in (sent.host or "")
    assert target.isascii()
    assert target.isprintable()
    assert str(address_of(target)) == target
