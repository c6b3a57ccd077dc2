"""What an error answer means, what it says of itself, and what a broken connection is called."""

from __future__ import annotations

import ssl

import aiohttp
import pytest

from crypto_pipeline.collection.http.failures import excerpt, of_connection, of_status
from crypto_pipeline.schema.outcomes import Outcome

LONGEST_EXCERPT = 200


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


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b'{"msg": "no such pair"}', "application/json; charset=utf-8", '{"msg": "no such pair"}'),
        (b" busy\r\n\x1b[31mnow ", "text/plain", "busy [31mnow"),
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
    ],
)
def test_a_broken_connection_has_a_reason_that_repeats_no_text_of_a_library(
    error: Exception, sentence: str, is_certain: bool
) -> None:
    failure = of_connection("one.example", error)
    assert (failure.outcome, str(failure), failure.is_certain) == (Outcome.UNREACHABLE, sentence, is_certain)
