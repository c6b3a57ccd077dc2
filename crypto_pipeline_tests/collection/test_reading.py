"""From bodies to payloads, and saved answers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.answered_request import request_labels
from crypto_pipeline.collection.errors import SourceError, TooOldError
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.reading import Read, decode, fresh_until, objection_to
from crypto_pipeline.collection.saved import kept, read_saved
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Format, discover
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html>checking your browser</html>",
        b"\n  <html><body>busy</body></html>",
        b"\xef\xbb\xbf<!doctype HTML>",
        b"<!-- edge --> <html>",
        b"<head><title>403</title>",
    ],
)
@pytest.mark.parametrize("format", ["json", "xml", "csv"])
def test_a_page_for_people_is_a_refusal(body: bytes, format: Format) -> None:
    with pytest.raises(SourceError) as caught:
        decode(body, format)
    assert caught.value.outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b"  \n", Outcome.EMPTY),
        (b'{"a": 1', Outcome.UNPARSEABLE),
        (b"busy", Outcome.UNPARSEABLE),
        (b"[" * 200_000, Outcome.UNPARSEABLE),
    ],
)
def test_what_is_no_json_says_so(body: bytes, outcome: Outcome) -> None:
    with pytest.raises(SourceError) as caught:
        decode(body, "json")
    assert caught.value.outcome is outcome


def test_bytes_that_are_no_utf8_are_read_as_what_they_most_often_are() -> None:
    assert decode(b'{"a": "caf\xe9"}', "json") == {"a": "café"}
    assert decode(b'\xef\xbb\xbf{"a": 1}', "json") == {"a": 1}


@pytest.mark.parametrize("format", ["xml", "csv", "text"])
def test_the_charset_of_the_header_decides_about_text(format: Format) -> None:
    assert decode("<a>Курс</a>".encode("cp1251"), format, "text/xml; charset=windows-1251") == "<a>Курс</a>"


def test_a_stray_byte_in_json_costs_itself() -> None:
    body = '{"a": "قیمت '.encode() + b'\xff"}'
    assert decode(body, "json", "application/json") == {"a": "قیمت \ufffd"}


def test_a_saved_answer_shows_coins_of_any_rank_and_of_any_age() -> None:
    body = b'{"error": [], "result": {"BTC/USD": {"c": ["1"], "v": ["1", "2"], "p": ["1", "1"], "l": ["1", "1"], "h": ["1", "1"]}, "ODD/USD": {"c": ["2"], "v": ["1", "2"], "p": ["1", "1"], "l": ["1", "1"], "h": ["1", "1"]}}}'
    read = read_saved(ENDPOINTS["kraken.ticker"], body, NOON)
    assert [row["symbol"] for row in read.normalised.rows["market_prices"]] == ["BTC", "ODD"]
    assert kept(read, Universe(), 1e6) == 2, "BTC, in both tables"


def test_saved_candles_are_read_in_the_interval_that_they_have() -> None:
    minutes = [1795435200000 + 60_000 * n for n in range(3)]
    body = str([[time, "1", "2", "1", "2", "5", time + 59_999, "9", 1, "1", "1", "0"] for time in minutes])
    read = read_saved(ENDPOINTS["binance.candles"], body.replace("'", '"').encode(), NOON)
    assert {row["interval"] for row in read.normalised.rows["cached_ohlc"]} == {"1m"}


def test_a_saved_answer_can_be_read_as_that_of_another_request() -> None:
    endpoint = ENDPOINTS["binance.candles"]
    assert "ETH 1d" in request_labels(endpoint, NOON)
    body = b'[[1795392000000, "1", "2", "1", "2", "5", 1795478399999, "9", 1, "1", "1", "0"]]'
    (row,) = read_saved(endpoint, body, NOON, "ETH 1d").normalised.rows["cached_ohlc"]
    assert (row["symbol"], row["interval"]) == ("ETH", "1d")
    with pytest.raises(KeyError):
        read_saved(endpoint, body, NOON, "ETH 7d")


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("kraken.ticker", b'{"error":["EAPI:Rate limit exceeded"]}'),
        ("coingecko.simple_price", b'{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit."}}'),
    ],
)
def test_a_saved_answer_that_says_too_often_is_called_what_a_collection_calls_it(endpoint: str, body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_saved(ENDPOINTS[endpoint], body, NOON)
    assert caught.value.outcome is Outcome.RATE_LIMITED


def rejected(old: int, wrong: int) -> Read:
    """An answer whose every row was rejected: so many for their age, and so many for something else."""
    normalised = Normalised()
    for number in range(old + wrong):
        is_old = number < old
        too_old = TooOldError("of last week", timedelta(days=6))
        normalised.reject("market_prices", too_old if is_old else "it has no price", {})
    return Read(normalised, old + wrong)


@pytest.mark.parametrize(
    ("old", "wrong", "outcome"),
    [
        (1, 4, Outcome.UNPARSEABLE),
        (2, 2, Outcome.UNPARSEABLE),
        (3, 2, Outcome.STALE),
        (1, 0, Outcome.STALE),
        (0, 1, Outcome.UNPARSEABLE),
    ],
)
def test_an_answer_is_stale_when_most_of_its_rows_are_too_old(old: int, wrong: int, outcome: Outcome) -> None:
    objection = objection_to(ENDPOINTS["kraken.ticker"], rejected(old, wrong), NormalisationContext(NOON))
    assert objection
    assert objection.outcome is outcome


@pytest.mark.parametrize(("minutes", "is_stale"), [(119, False), (121, True)])
def test_a_candle_speaks_up_to_its_end(minutes: int, is_stale: bool) -> None:
    """Those of an hour may be an hour old when they are over."""
    candle = {"timestamp": NOON, "interval": "1h", "fetched_at": NOON}
    read = Read(Normalised({"cached_ohlc": [candle]}), 1)
    context = NormalisationContext(NOON + timedelta(minutes=minutes))
    assert (objection_to(ENDPOINTS["binance.candles"], read, context) is not None) is is_stale
    assert fresh_until(ENDPOINTS["binance.candles"], read) == NOON + timedelta(hours=2)
