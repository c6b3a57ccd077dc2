"""What an error answer means, what it says of itself, and what a broken connection is called."""

from __future__ import annotations

import socket
import ssl
from datetime import datetime, timezone

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http import HttpProcessingError, HttpVersion11, RawResponseMessage
from aiohttp.http_exceptions import (
    BadHttpMessage,
    BadStatusLine,
    ContentLengthError,
    LineTooLong,
    TransferEncodingError,
)
from multidict import CIMultiDict, CIMultiDictProxy

from crypto_pipeline.collection.http.failures import excerpt, no_whole_answer, of_connection, of_status, too_often
from crypto_pipeline.collection.http.receiving import CRUMBS, HEAD_TOO_LARGE, MORE_THAN_ANNOUNCED
from crypto_pipeline.schema.outcomes import Outcome

LONGEST_EXCERPT = 200
BEGUN = RawResponseMessage(HttpVersion11, 200, "secret", CIMultiDictProxy(CIMultiDict()), (), True, None, False, False)
"""The head of an answer."""
LATER = datetime(2026, 11, 23, 12, 40, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("outcome", "codes"),
    [
        (Outcome.BLOCKED, [401, 402, 403, 451]),
        (Outcome.CLIENT_ERROR, [400, 404, 405, 410, 422, 450, 499]),
        (Outcome.SERVER_ERROR, [408, 500, 502, 503, 504, 520, 599]),
    ],
)
def test_the_code_of_an_error_answer_says_whose_fault_it_is(outcome: Outcome, codes: list[int]) -> None:
    assert {of_status("one.example", code).outcome for code in codes} == {outcome}


def test_an_error_answer_is_named_with_its_host_its_code_and_its_words() -> None:
    assert str(of_status("one.example", 503, "come back later")) == (
        "one.example answered 503 Service Unavailable: come back later"
    )
    assert str(of_status("one.example", 599)) == "one.example answered 599"


def test_what_a_host_answered_keeps_its_code_and_until_when_it_wants_a_pause() -> None:
    for failure, outcome in (
        (of_status("one.example", 503, "later", LATER), Outcome.SERVER_ERROR),
        (too_often("one.example", 503, "later", LATER), Outcome.RATE_LIMITED),
    ):
        assert (failure.outcome, failure.status_code, failure.retry_after) == (outcome, 503, LATER)
    part = no_whole_answer("one.example", 206)
    assert (part.outcome, part.status_code, str(part)) == (
        Outcome.UNPARSEABLE,
        206,
        "one.example answered 206 Partial Content, which is no whole answer",
    )


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b'{"msg": "no such pair"}', "application/json; charset=utf-8", '{"msg": "no such pair"}'),
        (b" busy\r\n\x1b[31mnow ", "text/plain", "busy [31mnow"),
        (b"caf\xe9", "Text/Plain", "caf\ufffd"),
        (b"<html>busy</html>", "text/plain", ""),
        (b"busy", "text/html", ""),
        (b"x" * LONGEST_EXCERPT, "text/plain", "x" * LONGEST_EXCERPT),
        (b"x" * (LONGEST_EXCERPT + 1), "text/plain", "x" * (LONGEST_EXCERPT - 3) + "..."),
    ],
)
def test_what_an_error_answer_says_is_one_short_line_and_no_page(body: bytes, content_type: str, said: str) -> None:
    assert excerpt(body, content_type) == said


@pytest.mark.parametrize(
    ("error", "sentence", "is_certain"),
    [
        (ConnectionRefusedError(111, "secret"), "one.example broke off: connection refused", True),
        (ConnectionResetError(104, "secret"), "one.example broke off: connection reset by peer", False),
        (ssl.SSLError("secret"), "one.example broke off: no TLS connection could be agreed on", False),
        (
            aiohttp.ServerDisconnectedError("secret"),
            "one.example broke off: it closed the connection without an answer",
            False,
        ),
        (OSError("secret"), "one.example broke off: the connection was lost", False),
        (OSError(99_999, "secret"), "one.example broke off: the connection was lost", False),
        (socket.gaierror(socket.EAI_NONAME, "secret"), "one.example broke off: its name cannot be resolved", False),
        (
            aiohttp.ClientPayloadError("secret: ConnectionResetError(104, 'secret')"),
            "one.example broke off: connection reset by peer",
            False,
        ),
        (aiohttp.ClientPayloadError("secret"), "one.example broke off: the answer ended early", False),
        (
            aiohttp.ServerDisconnectedError(BEGUN),
            "one.example broke off: the answer ended early",
            False,
        ),
        (ContentLengthError("secret"), "one.example broke off: the connection was lost", False),
        (
            TransferEncodingError("Not enough data to satisfy transfer length header."),
            "one.example broke off: the connection was lost",
            False,
        ),
        (
            BadStatusLine("Expected HTTP/, RTSP/ or ICE/:\n\n  b'secret'"),
            "one.example broke off: the answer is not HTTP",
            True,
        ),
        (BadHttpMessage("secret"), "one.example broke off: the answer is not HTTP", True),
        (
            BadHttpMessage("Invalid header token:\n\n  b'secret'"),
            "one.example broke off: the answer breaks a rule of HTTP (invalid header token)",
            True,
        ),
        (
            BadHttpMessage("Content-Length cannot be negative:\n\n  b'secret'"),
            "one.example broke off: the answer breaks a rule of HTTP (Content-Length cannot be negative)",
            True,
        ),
    ],
)
def test_a_broken_connection_has_a_reason_that_repeats_no_text_of_a_library(
    error: Exception, sentence: str, is_certain: bool
) -> None:
    failure = of_connection("one.example", error)
    assert (failure.outcome, str(failure), failure.is_certain) == (Outcome.UNREACHABLE, sentence, is_certain)


def test_the_innermost_reason_counts_whether_it_was_the_cause_or_met_on_the_way() -> None:
    refused, lost = ConnectionRefusedError(111, "secret"), OSError("secret")
    met, caused = aiohttp.ClientError("secret"), aiohttp.ClientError("secret")
    met.__context__, caused.__cause__, caused.__context__ = refused, refused, lost

    class Grouped(OSError):
        exceptions = (lost, refused)

    for error in (met, caused, Grouped("secret")):
        assert str(of_connection("one.example", error)) == "one.example broke off: connection refused"


@pytest.mark.parametrize(("has_begun", "verb"), [(False, "cannot be reached"), (True, "broke off")])
@pytest.mark.parametrize("kind", [aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError])
def test_who_takes_no_connection_cannot_be_reached_unless_an_answer_had_begun(
    kind: type[aiohttp.ClientConnectorError], has_begun: bool, verb: str
) -> None:
    key = ConnectionKey("secret", 443, True, True, None, None, None)
    error = kind(key, ConnectionRefusedError(111, "secret"))
    sentence = f"one.example {verb}: connection refused"
    assert str(of_connection("one.example", error, has_begun=has_begun)) == sentence


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"),
    [
        (
            aiohttp.InvalidURL("secret"),
            Outcome.CLIENT_ERROR,
            "the request to one.example cannot be sent: its address, headers or key are not valid",
        ),
        *(
            (error, Outcome.TOO_LARGE, "one.example sent more headers than are read (128 kB)")
            for error in (
                LineTooLong(b"secret", 8190),
                HttpProcessingError(message=HEAD_TOO_LARGE),
                BadHttpMessage("Too many headers received"),
            )
        ),
        (
            HttpProcessingError(message=CRUMBS),
            Outcome.TOO_LARGE,
            "one.example sent its answer in too many pieces of a few bytes",
        ),
        (
            HttpProcessingError(message=MORE_THAN_ANNOUNCED),
            Outcome.UNPARSEABLE,
            "one.example sent more than the length that it announced, so that nobody knows where its answer ends",
        ),
    ],
    ids=["no address", "a long line", "a large head", "many headers", "crumbs", "more than announced"],
)
def test_what_goes_too_far_is_no_break_of_the_connection(error: Exception, outcome: Outcome, sentence: str) -> None:
    wrapped = aiohttp.ClientError("secret")
    wrapped.__cause__ = error
    for one in (error, wrapped):
        if one is error or not isinstance(error, aiohttp.InvalidURL):
            failure = of_connection("one.example", one)
            assert (failure.outcome, str(failure)) == (outcome, sentence)
