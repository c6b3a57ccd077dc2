"""What is sent to a gateway means the same as without one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.http.gateway import from_gateway, meant_by, to_gateway

GATEWAYS = st.sampled_from(["http://127.0.0.1:8899", "http://127.0.0.1:8899/", "https://proxy.example.com/out"])
words = st.text("abcXYZ019-_.~%2F:@,=+", min_size=1, max_size=8)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    port = draw(st.sampled_from(["", ":8443"]))
    path = "/".join(draw(st.lists(words, max_size=4)))
    query = draw(st.sampled_from(["", "?a=1", "?symbols=%5B%22BTC%22%5D&b=/x//y?z"]))
    host = draw(st.sampled_from(["api.kraken.com", "a.b-c.d1.example", "xn--bcher-kva.example", "1inch.io", "host"]))
    return f"https://{host}{port}/{path}{query}"


@given(addresses(), GATEWAYS)
def test_what_is_sent_to_a_gateway_is_still_known_by_what_is_meant(url: str, gateway: str) -> None:
    sent = to_gateway(url, gateway)
    assert sent.startswith(gateway.rstrip("/") + "/")
    assert from_gateway(sent, gateway) == url


@given(addresses(), addresses(), GATEWAYS)
def test_a_location_means_the_same_whether_or_not_the_gateway_is_named_in_it(
    url: str, target: str, gateway: str
) -> None:
    assert meant_by(target, url, gateway) == target
    assert meant_by(to_gateway(target, gateway), url, gateway) == target


def test_the_address_of_another_host_is_not_the_gateways() -> None:
    assert from_gateway("http://127.0.0.1:8898/api.kraken.com/", "http://127.0.0.1:8899") is None
    assert from_gateway("http://127.0.0.1:8899/", "http://127.0.0.1:8899") is None
    assert from_gateway("https://proxy.example.com/outer/api.kraken.com/", "https://proxy.example.com/out") is None


def test_a_bare_host_is_asked_for_its_root() -> None:
    assert to_gateway("https://api.kraken.com?a=1", "http://127.0.0.1:1") == "http://127.0.0.1:1/api.kraken.com/?a=1"
