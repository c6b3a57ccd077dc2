"""The parts of the client, each by itself: addresses, pauses, budgets, bodies, names."""

from __future__ import annotations

import gzip
import random
import socket
import zlib
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import domains

from crypto_pipeline.collection.http.bodies import Body
from crypto_pipeline.collection.http.budgets import Window
from crypto_pipeline.collection.http.gateway import from_gateway, meant_by, to_gateway
from crypto_pipeline.collection.http.redirects import refuse_private
from crypto_pipeline.collection.http.retries import LONGEST_PAUSE, back_off, retry_after
from crypto_pipeline.schema.outcomes import Outcome, SourceError
from crypto_pipeline.sources.kit import Budget

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)

# Gateway

GATEWAYS = st.sampled_from(["http://127.0.0.1:8899", "http://127.0.0.1:8899/", "https://proxy.example.com/out"])
words = st.text("abcXYZ019-_.~%2F:@,=+", min_size=1, max_size=8)


@st.composite
def addresses(draw):
    port = draw(st.sampled_from(["", ":8443"]))
    path = "/".join(draw(st.lists(words, max_size=4)))
    query = draw(st.sampled_from(["", "?a=1", "?symbols=%5B%22BTC%22%5D&b=/x//y?z"]))
    return f"https://{draw(domains())}{port}/{path}{query}"


@given(addresses(), GATEWAYS)
def test_what_is_sent_to_a_gateway_is_still_known_by_what_is_meant(url, gateway):
    sent = to_gateway(url, gateway)
    assert sent.startswith(gateway.rstrip("/") + "/")
    assert from_gateway(sent, gateway) == url


@given(addresses(), addresses(), GATEWAYS)
def test_a_location_means_the_same_whether_or_not_the_gateway_is_named_in_it(url, target, gateway):
    assert meant_by(target, url, gateway) == target
    assert meant_by(to_gateway(target, gateway), url, gateway) == target


def test_the_address_of_another_host_is_not_the_gateways():
    assert from_gateway("http://127.0.0.1:8898/api.kraken.com/", "http://127.0.0.1:8899") is None
    assert from_gateway("http://127.0.0.1:8899/", "http://127.0.0.1:8899") is None
    assert from_gateway("https://proxy.example.com/outer/api.kraken.com/", "https://proxy.example.com/out") is None


def test_a_bare_host_is_asked_for_its_root():
    assert to_gateway("https://api.kraken.com?a=1", "http://127.0.0.1:1") == "http://127.0.0.1:1/api.kraken.com/?a=1"


# Retry-After and back-off


@given(st.integers(0, 7 * 24 * 3600))
def test_seconds_are_seconds(seconds):
    assert retry_after(str(seconds), NOW) == NOW + timedelta(seconds=seconds)


@given(st.integers(0, 7 * 24 * 3600), st.timedeltas(timedelta(days=-3000), timedelta(days=3000)))
def test_a_date_is_the_same_pause_whatever_the_source_thinks_the_time_is(seconds, wrong_by):
    theirs = (NOW + wrong_by).replace(microsecond=0)
    moment = format_datetime(theirs + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(moment, NOW, format_datetime(theirs, usegmt=True)) == NOW + timedelta(seconds=seconds)


@given(st.one_of(st.none(), st.text(), st.floats().map(str), st.integers().map(str)))
def test_whatever_the_header_says_the_pause_is_none_or_bounded(header):
    moment = retry_after(header, NOW, header)
    assert moment is None or NOW <= moment <= NOW + LONGEST_PAUSE


def test_a_date_without_the_time_of_the_source_is_read_by_our_clock():
    assert retry_after("Mon, 23 Nov 2026 12:01:00 GMT", NOW) == NOW + timedelta(minutes=1)
    assert retry_after("Mon, 23 Nov 2026 11:00:00 GMT", NOW) == NOW


def test_back_off_grows_and_is_spread_from_nothing_to_its_end():
    random.seed(1)
    for retry, end in ((1, 1.0), (2, 2.0)):
        pauses = [back_off(retry, 1.0) for _ in range(200)]
        assert 0 <= min(pauses) < end / 10
        assert end * 9 / 10 < max(pauses) <= end


# Budgets


@given(
    st.integers(1, 10),
    st.integers(1, 100),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 30)), max_size=40),
)
def test_no_period_of_any_position_holds_more_than_the_budget(requests, seconds, asked):
    window = Window(Budget(requests, seconds))
    now, granted = 0, []
    for weight, later in asked:
        now += later
        moment = window.reserve(weight, now, latest=now + 50)
        if moment is not None:
            assert now <= moment <= now + 50
            granted.append((moment, min(weight, requests)))
    assert granted == sorted(granted, key=lambda grant: grant[0])
    for end, _ in granted:
        assert sum(weight for moment, weight in granted if end - seconds < moment <= end) <= requests


@given(
    st.integers(1, 5),
    st.integers(1, 50),
    st.lists(st.integers(0, 100), max_size=5),
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from((None, 0, 5, 40))), max_size=30),
)
def test_neither_a_pause_nor_what_earlier_runs_asked_lets_more_out(requests, seconds, ages, events):
    """Each event comes some seconds after the one before: a request, or a pause that the host asks for."""
    gone = sorted((-age, 1) for age in ages)[-requests:]
    window = Window(Budget(requests, seconds), gone)
    now, pauses = 0, []
    for later, pause in events:
        now += later
        if pause is None:
            gone.append((window.reserve(1, now, latest=10**6), 1))
            continue
        window.pause(now, now + pause)
        pauses.append((now, now + pause))
        asked_again = [grant for grant in gone if now < grant[0] < now + pause]
        gone = [grant for grant in gone if grant not in asked_again]
        gone += [(window.reserve(1, now, latest=10**6), 1) for _ in asked_again]
    for end, _ in gone:
        assert sum(weight for moment, weight in gone if end - seconds < moment <= end) <= requests
    assert not [moment for moment, _ in gone for begin, end in pauses if begin < moment < end]


def test_a_budget_lets_its_requests_out_at_once_and_the_next_when_the_first_is_a_period_old():
    window = Window(Budget(2, 60))
    assert [window.reserve(1, now, latest=1000) for now in (0, 10, 20, 20)] == [0, 10, 60, 70]


def test_a_request_that_was_refused_for_its_budget_costs_nothing():
    window = Window(Budget(1, 60))
    assert window.reserve(1, 0, latest=20) == 0
    assert window.reserve(1, 30, latest=50) is None
    assert window.reserve(1, 60, latest=80) == 60


# Bodies

TEXT = b'[{"symbol": "BTC", "price": "64000.1"}]' * 5000


def fed(encoding, data, size, limit=10**6):
    body = Body("api.example.com", encoding, limit)
    for start in range(0, len(data), size):
        body.feed(data[start : start + size])
    return body.complete()


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
        ("x-gzip", gzip.compress(TEXT) + bytes(100)),
        ("deflate", zlib.compress(TEXT)),
    ],
)
def test_a_body_is_the_same_in_whatever_pieces_it_comes(encoding, data, size):
    assert fed(encoding, data, size) == TEXT


@pytest.mark.parametrize("kept", [1, 5, 10, -9, -1])
def test_a_compressed_body_that_ended_early_is_a_broken_connection(kept):
    with pytest.raises(SourceError, match="ended early") as caught:
        fed("gzip", gzip.compress(TEXT)[:kept], 1000)
    assert caught.value.outcome is Outcome.UNREACHABLE


def test_nothing_at_all_is_an_empty_body_whatever_its_encoding():
    assert fed("gzip", b"", 1) == b""


@pytest.mark.parametrize("data", [b"plain text", gzip.compress(TEXT)[:-4] + b"0000", gzip.compress(TEXT) + b"rubbish"])
def test_a_compressed_body_that_is_damaged_is_unparseable(data):
    with pytest.raises(SourceError, match="damaged") as caught:
        fed("gzip", data, 1000)
    assert caught.value.outcome is Outcome.UNPARSEABLE


@pytest.mark.parametrize("size", [1, 100, 10**9])
def test_a_body_grows_to_its_limit_and_no_further(size):
    data = gzip.compress(TEXT)
    assert fed("gzip", data, size, limit=len(TEXT)) == TEXT
    with pytest.raises(SourceError) as caught:
        fed("gzip", data, size, limit=len(TEXT) - 1)
    assert caught.value.outcome is Outcome.TOO_LARGE


# Names that redirects lead to


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%2",
        "fc00::1",
        "::ffff:10.0.0.1",
    ],
)
async def test_a_name_with_any_private_address_is_refused(address):
    async def resolve(host, port):
        return [(socket.AF_INET, 0, 0, "", (found, port)) for found in ("93.184.215.14", address)]

    with pytest.raises(SourceError, match=r"leads to https://www.example.com, which is not a public place") as caught:
        await refuse_private("https://www.example.com/rates", resolve)
    assert caught.value.outcome is Outcome.BAD_REDIRECT


@pytest.mark.anyio
async def test_a_public_name_passes_and_so_does_one_that_only_a_proxy_may_know():
    async def public(host, port):
        return [(socket.AF_INET6, 0, 0, "", ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", port, 0, 0))]

    async def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    await refuse_private("https://www.example.com/rates", public)
    await refuse_private("https://www.example.com/rates", unknown)
