"""Bodies are read as browsers and curl read them, and never grow beyond their limit."""

from __future__ import annotations

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.bodies import MAX_BODY, MAX_LARGE_BODIES, Body
from crypto_pipeline.schema.outcomes import Outcome

TEXT = b'[{"symbol": "BTC", "price": "64000.1"}]' * 5000
SIZES = [1, 7, 1000, 10**9]


def raw_deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


def fed(encoding: str, data: bytes, size: int, limit: int = 10**6) -> bytes:
    body = Body("api.example.com", encoding, limit)
    for start in range(0, len(data), size):
        for _ in body.feed(data[start : start + size]):
            pass
    return body.complete()


def fed_or_error(encoding: str, data: bytes, size: int) -> bytes | SourceError:
    try:
        return fed(encoding, data, size)
    except SourceError as error:
        return error


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
        ("x-gzip", gzip.compress(TEXT) + bytes(100)),
        ("gzip", gzip.compress(TEXT) + b"rubbish"),
        ("gzip", gzip.compress(TEXT) + b"\x1frubbish"),
        ("gzip", bytes(gzip.compress(TEXT)) + b"\0\0\nrubbish"),
        ("identity, gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(gzip.compress(TEXT))),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]))),
        ("deflate", zlib.compress(gzip.compress(TEXT))),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT) + b"rubbish"),
        ("deflate", raw_deflate(TEXT)),
        ("deflate", gzip.compress(TEXT)),
        ("gzip", zlib.compress(TEXT)),
        ("gzip", TEXT),
        ("deflate", TEXT),
        ("deflate", b"\n" + TEXT),
        ("deflate", b"<?xml version='1.0'?><rss/>"),
        ("gzip", b"time,price\n1,2\n"),
        ("UTF-8", TEXT),
        ("none", TEXT),
        ("utf-8", gzip.compress(TEXT)),
        ("", gzip.compress(TEXT)),
    ],
)
def test_a_body_is_read_as_browsers_and_curl_read_it_in_whatever_pieces_it_comes(
    encoding: str, data: bytes, size: int
) -> None:
    plain = data if data[:1] in b"[\n<t" else TEXT
    assert fed(encoding, data, size) == plain


@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "raw", "plain"]), st.integers(1, 300))
def test_what_was_compressed_comes_back(data: bytes, how: str, size: int) -> None:
    data = b"[" + data
    sent = {"gzip": gzip.compress(data), "deflate": zlib.compress(data), "raw": raw_deflate(data), "plain": data}[how]
    encoding = {"raw": "deflate", "plain": ""}.get(how, how)
    assert fed(encoding, sent, size) == data


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "UTF-8"]), st.integers(1, 300))
def test_any_bytes_are_a_body_or_a_source_error(data: bytes, encoding: str, size: int) -> None:
    whole = fed_or_error(encoding, data, size)
    assert isinstance(whole, bytes) or whole.outcome in {Outcome.UNPARSEABLE, Outcome.UNREACHABLE}


@pytest.mark.parametrize("kept", [1, 5, 10, -9, -1])
def test_a_compressed_body_that_ended_early_is_a_broken_connection(kept: int) -> None:
    with pytest.raises(SourceError, match="ended early") as caught:
        fed("gzip", gzip.compress(TEXT)[:kept], 1000)
    assert caught.value.outcome is Outcome.UNREACHABLE


def test_nothing_at_all_is_an_empty_body_whatever_its_encoding() -> None:
    assert fed("gzip", b"", 1) == b""
    assert fed("", b"1", 1) == b"1"


@pytest.mark.parametrize("data", [gzip.compress(TEXT)[:-4] + b"0000", b"\x1f\x8brubbish that is no gzip"])
def test_a_compressed_body_that_is_damaged_is_unparseable(data: bytes) -> None:
    with pytest.raises(SourceError, match="damaged") as caught:
        fed("gzip", data, 1000)
    assert caught.value.outcome is Outcome.UNPARSEABLE


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "BR"])
def test_an_encoding_that_there_is_and_nobody_asked_for_is_unparseable(encoding: str) -> None:
    with pytest.raises(SourceError, match="asked for gzip") as caught:
        Body("api.example.com", encoding)
    assert caught.value.outcome is Outcome.UNPARSEABLE


@pytest.mark.parametrize("size", [1, 100, 10**9])
def test_a_body_grows_to_its_limit_and_no_further(size: int) -> None:
    data = gzip.compress(TEXT)
    assert fed("gzip", data, size, limit=len(TEXT)) == TEXT
    with pytest.raises(SourceError) as caught:
        fed("gzip", data, size, limit=len(TEXT) - 1)
    assert caught.value.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("length", ["1000", "0", "", "-1", "many", "\u0661", "9" * 3 + "." + "9"])
def test_a_length_that_is_within_the_limit_or_cannot_be_read_is_no_reason_to_refuse(length: str) -> None:
    Body("api.example.com", limit=1000).expect(length)


@pytest.mark.parametrize("length", ["1001", "9" * 5000])
def test_a_length_beyond_the_limit_is_refused_before_anything_is_read(length: str) -> None:
    with pytest.raises(SourceError) as caught:
        Body("api.example.com", limit=1000).expect(length)
    assert caught.value.outcome is Outcome.TOO_LARGE


def test_a_body_grows_in_steps_so_that_its_reader_can_wait_in_between() -> None:
    body = Body("api.example.com", "gzip")
    sizes = [body.size for _ in body.feed(gzip.compress(bytes(1024**2)))]
    assert sizes[0] <= 64 * 1024
    assert sizes[-1] == 1024**2
    assert max(later - earlier for earlier, later in itertools.pairwise(sizes)) <= 64 * 1024


def test_what_is_given_up_keeps_its_size_and_not_its_bytes() -> None:
    body = Body("api.example.com")
    for _ in body.feed(TEXT):
        pass
    body.drop()
    assert body.size == len(TEXT)
    assert body.so_far() == b""


def test_all_bodies_together_take_no_more_than_was_promised() -> None:
    assert (MAX_BODY, MAX_BODY * MAX_LARGE_BODIES) == (16 * 2**20, 64 * 2**20)


def test_what_is_compressed_three_times_is_left_as_it_is_after_the_second() -> None:
    once = gzip.compress(TEXT)
    assert fed("gzip", gzip.compress(gzip.compress(once)), 1000) == once


@pytest.mark.parametrize("size", [1, 1000, 10**9])
def test_a_bomb_within_a_body_is_given_up_at_the_limit_as_well(size: int) -> None:
    bomb = gzip.compress(gzip.compress(bytes(5 * 10**6)))
    with pytest.raises(SourceError) as caught:
        fed("gzip", bomb, size)
    assert caught.value.outcome is Outcome.TOO_LARGE


def test_a_body_within_a_body_that_ended_early_is_a_broken_connection() -> None:
    error = fed_or_error("gzip", gzip.compress(gzip.compress(TEXT)[:-9]), 1000)
    assert isinstance(error, SourceError)
    assert error.outcome is Outcome.UNREACHABLE


def test_a_compressed_body_of_nothing_without_end_is_given_up() -> None:
    body, nothing = Body("one.example", "gzip", limit=1000), gzip.compress(b"")
    for _ in range(1000 // len(nothing)):
        assert [*body.feed(nothing)] == []
    with pytest.raises(SourceError) as caught:
        [*body.feed(nothing)]
    assert caught.value.outcome is Outcome.TOO_LARGE
