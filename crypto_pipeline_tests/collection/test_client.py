"""The client keeps its promises, whatever a source does."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import anyio
import pytest

from crypto_pipeline.collection.client import Client
from crypto_pipeline.collection.messages import Request
from crypto_pipeline.collection.outcomes import Outcome, SourceError
from crypto_pipeline.replay.server import Ending, ServedRequest, ServedResponse, serving
from crypto_pipeline.sources.kit import Budget
from crypto_pipeline_tests.collection.asked import AGENT, URL, ask, prices

pytestmark = pytest.mark.anyio
SHORT = 0.4


def answering(*args, **kwargs):
    return lambda request: ServedResponse(*args, **kwargs)


def ignore(attempt):
    pass


def one_after_another(*responses):
    following = iter(responses)
    return lambda request: next(following)


# Asking and being answered


async def test_a_good_answer_comes_back_whole_and_is_recorded():
    asked = await ask(prices, Request(URL, params={"ids": "bitcoin,ethereum", "note": "a b&c"}))
    assert json.loads(asked.answer.body)[0]["symbol"] == "BTC"
    assert asked.answer.content_type == "application/json"
    (attempt,) = asked.attempts
    assert attempt.outcome is Outcome.OK
    assert (attempt.number, attempt.method, attempt.host) == (1, "GET", "api.example.com")
    assert (attempt.status_code, attempt.bytes, attempt.error) == (200, len(asked.answer.body), None)
    assert attempt.url == "https://api.example.com/v1/prices?ids=bitcoin,ethereum&note=a%20b%26c"
    assert attempt.milliseconds > 0
    assert attempt.started_at.tzinfo is not None


async def test_it_says_who_it_is_and_that_it_reads_gzip():
    asked = await ask(prices, Request(URL, headers={"X-Version": "2"}))
    headers = asked.seen[0].headers
    assert headers["user-agent"] == AGENT
    assert headers["accept-encoding"] == "gzip"
    assert headers["x-version"] == "2"


async def test_a_json_request_is_sent_compact():
    asked = await ask(prices, Request(URL, method="POST", json={"method": "eth_gasPrice", "params": []}))
    assert asked.seen[0].method == "POST"
    assert asked.seen[0].body == b'{"method":"eth_gasPrice","params":[]}'
    assert asked.seen[0].headers["content-type"] == "application/json"


async def test_parameters_join_those_that_the_address_has():
    asked = await ask(prices, Request(URL + "?a=1%2F2", params={"b": "2"}))
    assert asked.seen[0].query == "a=1%2F2&b=2"


async def test_a_compressed_answer_is_decompressed_and_counted_as_it_was():
    body = json.dumps([{"symbol": "BTC", "price": number} for number in range(2000)]).encode()
    asked = await ask(answering(200, {}, body))
    assert asked.answer.body == body
    assert asked.attempts[0].bytes == len(body)


async def test_cookies_of_one_answer_do_not_follow_to_the_next_request():
    def app(request):
        return ServedResponse(200, {"set-cookie": "id=1"}, str(request.headers).encode())

    async with serving(app) as url, Client(gateway_url=url, user_agent=AGENT) as client:
        await client.fetch(Request(URL), ignore)
        assert b"cookie" not in (await client.fetch(Request(URL), ignore)).body


# What the source already told us


async def test_validators_of_the_last_answer_make_the_next_one_a_304():
    first = await ask(prices)
    again = await ask(prices, Request(URL, etag=first.answer.etag, last_modified="Mon, 23 Nov 2026 12:00:00 GMT"))
    assert again.seen[0].headers["if-none-match"] == first.answer.etag
    assert again.seen[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert again.answer.not_modified
    assert again.answer.body == b""
    assert again.outcomes == [Outcome.NOT_MODIFIED]


async def test_a_304_that_nobody_asked_for_is_an_empty_answer():
    asked = await ask(answering(304))
    assert asked.error.outcome is Outcome.EMPTY
    assert asked.error.status_code == 304
    assert asked.outcomes == [Outcome.EMPTY]


# Time


@pytest.mark.parametrize("fault", ["hang", "slow:30", "drip:0.01"])
async def test_nothing_outlives_the_deadline_of_its_request(fault):
    asked = await ask(prices, None, f"*={fault}", request_seconds=SHORT)
    assert asked.error.outcome is Outcome.TIMEOUT
    assert asked.outcomes == [Outcome.TIMEOUT]
    assert asked.attempts[0].error == str(asked.error)
    assert asked.attempts[0].milliseconds >= SHORT * 1000 * 0.9


async def test_a_timeout_tells_silence_from_an_answer_without_end():
    silent = await ask(prices, None, "*=hang", request_seconds=SHORT)
    endless = await ask(prices, None, "*=drip:0.01", request_seconds=SHORT)
    assert str(silent.error) == "api.example.com did not answer within 0.4 s"
    assert str(endless.error) == "api.example.com did not finish its answer within 0.4 s"
    assert endless.attempts[0].status_code == 200
    assert endless.attempts[0].bytes > 0


async def test_an_error_answer_that_drips_is_an_error_and_no_timeout():
    endless = ServedResponse(451, {"content-type": "text/plain"}, itertools.repeat(b"no "), pace=0.01)
    asked = await ask(lambda request: endless, request_seconds=1)
    assert asked.outcomes == [Outcome.BLOCKED]
    assert str(asked.error).startswith("api.example.com answered 451 Unavailable For Legal Reasons: no no")


async def test_the_deadline_holds_over_all_attempts_together():
    asked = await ask(one_after_another(ServedResponse(500), ServedResponse(delay=30)), request_seconds=SHORT)
    assert asked.error.outcome is Outcome.TIMEOUT
    assert asked.outcomes == [Outcome.SERVER_ERROR, Outcome.TIMEOUT]
    assert sum(attempt.milliseconds for attempt in asked.attempts) < 10_000


async def test_a_request_that_timed_out_costs_the_next_one_nothing():
    app = one_after_another(ServedResponse(delay=30), ServedResponse(body=b"well"))
    async with serving(app) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=SHORT) as client:
        with pytest.raises(SourceError):
            await client.fetch(Request(URL), ignore)
        assert (await client.fetch(Request(URL), ignore)).body == b"well"


async def test_a_cancelled_request_is_recorded_before_it_ends():
    attempts = []
    collection = anyio.CancelScope()

    def hang(request):
        collection.cancel()
        return ServedResponse(delay=float("inf"))

    with collection:
        async with serving(hang) as url, Client(gateway_url=url, user_agent=AGENT) as client:
            await client.fetch(Request(URL), attempts.append)
    assert collection.cancelled_caught
    (attempt,) = attempts
    assert attempt.outcome is Outcome.OUT_OF_TIME
    assert attempt.error == "api.example.com had not answered when the collection's time was over"


async def test_a_task_cancelled_by_asyncio_is_recorded_as_well():
    attempts = []
    arrived = asyncio.Event()

    def hang(request):
        arrived.set()
        return ServedResponse(delay=float("inf"))

    async with serving(hang) as url, Client(gateway_url=url, user_agent=AGENT) as client:
        task = asyncio.create_task(client.fetch(Request(URL), attempts.append))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [attempt.outcome for attempt in attempts] == [Outcome.OUT_OF_TIME]


# Retries


@pytest.mark.parametrize("fault", ["500", "503", "429", "reset", "truncated"])
async def test_what_a_retry_can_help_is_tried_again(fault):
    asked = await ask(prices, None, f"*={fault}*2")
    assert asked.answer is not None
    assert len(asked.attempts) == 3
    assert asked.outcomes[-1] is Outcome.OK
    assert [attempt.number for attempt in asked.attempts] == [1, 2, 3]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("500", Outcome.SERVER_ERROR),
        ("429", Outcome.RATE_LIMITED),
        ("reset", Outcome.UNREACHABLE),
        ("truncated", Outcome.UNREACHABLE),
    ],
)
async def test_after_two_retries_it_is_enough(fault, outcome):
    asked = await ask(prices, None, f"*={fault}")
    assert asked.error.outcome is outcome
    assert asked.outcomes == [outcome] * 3
    assert len(asked.seen) == 3


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.CLIENT_ERROR),
        (401, Outcome.BLOCKED),
        (402, Outcome.BLOCKED),
        (403, Outcome.BLOCKED),
        (404, Outcome.CLIENT_ERROR),
        (410, Outcome.CLIENT_ERROR),
        (451, Outcome.BLOCKED),
    ],
)
async def test_what_a_retry_cannot_help_is_not_tried_again(status, outcome):
    asked = await ask(answering(status))
    assert asked.error.outcome is outcome
    assert asked.error.status_code == status
    assert asked.outcomes == [outcome]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 521, 599])
async def test_a_server_that_is_in_trouble_is_a_server_error(status):
    asked = await ask(answering(status))
    assert asked.outcomes == [Outcome.SERVER_ERROR] * 3


async def test_retry_after_is_waited_for_when_it_fits_in_the_deadline():
    arrivals = []

    def app(request):
        arrivals.append(time.monotonic())
        return ServedResponse(429, {"retry-after": "0.15"}) if len(arrivals) == 1 else prices(request)

    asked = await ask(app)
    assert asked.outcomes == [Outcome.RATE_LIMITED, Outcome.OK]
    assert arrivals[1] - arrivals[0] >= 0.14


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.RATE_LIMITED), (503, Outcome.SERVER_ERROR)])
async def test_retry_after_that_does_not_fit_ends_the_request_at_once(status, outcome):
    before = datetime.now(timezone.utc)
    asked = await ask(answering(status, {"retry-after": "3600"}))
    assert asked.error.outcome is outcome
    assert asked.outcomes == [outcome]
    pause = asked.error.retry_after - before
    assert timedelta(seconds=3600) <= pause <= timedelta(seconds=3630)


async def test_retry_after_as_a_date_is_read_by_the_clock_of_the_source():
    headers = {"date": "Mon, 23 Nov 2020 12:00:00 GMT", "retry-after": "Mon, 23 Nov 2020 12:10:00 GMT"}
    before = datetime.now(timezone.utc)
    asked = await ask(answering(503, headers))
    assert timedelta(minutes=10) <= asked.error.retry_after - before <= timedelta(minutes=11)
    assert len(asked.attempts) == 1


async def test_retry_after_of_a_refusal_is_kept_for_the_next_run():
    asked = await ask(answering(403, {"retry-after": "60"}))
    assert asked.error.outcome is Outcome.BLOCKED
    assert asked.error.retry_after > datetime.now(timezone.utc)


# What error answers say


async def test_the_words_of_an_error_answer_are_in_the_message():
    asked = await ask(answering(400, {"content-type": "application/json"}, b'{"error":\n  "unknown symbol \x07 XYZ"}'))
    assert str(asked.error) == 'api.example.com answered 400 Bad Request: {"error": "unknown symbol XYZ"}'


async def test_a_page_for_people_is_not_in_the_message():
    asked = await ask(prices, None, "*=403")
    assert str(asked.error) == "api.example.com answered 403 Forbidden"


async def test_a_long_error_answer_is_cut_short():
    asked = await ask(answering(400, {"content-type": "text/plain"}, b"no " * 100_000))
    assert len(str(asked.error)) < 260
    assert str(asked.error).endswith("...")


# Bounds


@contextmanager
def growing_less_than(megabytes):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("fault", ["huge:256", "gzip_bomb:1024"])
async def test_a_huge_body_is_given_up_before_it_fills_the_memory(fault):
    with growing_less_than(megabytes=40):
        asked = await ask(prices, None, f"*={fault}")
    assert asked.outcomes == [Outcome.TOO_LARGE]
    assert str(asked.error) == "api.example.com sent more than 16 MB"


async def test_a_body_that_is_announced_too_large_is_not_read():
    asked = await ask(lambda request: ServedResponse(promised=256 * 1024**2, ending=Ending.HANG))
    assert asked.outcomes == [Outcome.TOO_LARGE]
    assert asked.attempts[0].bytes == 0


async def test_the_largest_body_that_is_accepted_is_accepted_whole():
    for length, outcome in ((1000, Outcome.OK), (1001, Outcome.TOO_LARGE)):
        asked = await ask(answering(200, {}, b"x" * length), max_body=1000)
        assert asked.outcomes == [outcome]


async def test_an_encoding_that_was_not_asked_for_is_unparseable():
    asked = await ask(answering(200, {"content-encoding": "br"}, b"..."))
    assert asked.outcomes == [Outcome.UNPARSEABLE]
    assert str(asked.error) == "api.example.com sent a body encoded as br, asked for gzip"


async def test_headers_without_end_are_refused():
    asked = await ask(answering(200, {"x-filler": "x" * 300_000}))
    assert asked.error.outcome is Outcome.UNREACHABLE


# No connection


async def test_a_refused_connection_is_unreachable_and_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        attempts = []
        async with Client(user_agent=AGENT, gateway_url=f"http://127.0.0.1:{port}", back_off_seconds=0) as client:
            with pytest.raises(SourceError, match=r"^api.example.com cannot be reached: connection refused$") as caught:
                await client.fetch(Request(URL), attempts.append)
    assert caught.value.outcome is Outcome.UNREACHABLE
    assert [attempt.status_code for attempt in attempts] == [None] * 3


async def test_a_reset_says_that_it_was_one():
    asked = await ask(lambda request: ServedResponse(body=b"x", promised=2, ending=Ending.RESET))
    assert str(asked.error) == "api.example.com broke off: connection reset by peer"
    assert asked.attempts[0].status_code == 200


async def test_what_does_not_speak_http_is_unreachable():
    async def talk(reader, writer):
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Client(user_agent=AGENT, gateway_url=gateway, back_off_seconds=0) as client:
            with pytest.raises(SourceError) as caught:
                await client.fetch(Request(URL), ignore)
    assert caught.value.outcome is Outcome.UNREACHABLE


async def test_a_host_that_does_not_take_the_connection_has_less_time_than_the_whole_request():
    async def say_nothing(reader, writer):
        await reader.read()
        writer.close()

    attempts = []
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server, Client(user_agent=AGENT, back_off_seconds=0, connect_seconds=0.1) as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(SourceError, match="cannot be reached: it does not take the connection"):
            await client.fetch(Request(url), attempts.append)
    assert [attempt.outcome for attempt in attempts] == [Outcome.UNREACHABLE] * 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
    subprocess.run([*make.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server, Client(user_agent=AGENT, back_off_seconds=0) as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(SourceError, match="its certificate is refused") as caught:
            await client.fetch(Request(url), ignore)
    assert caught.value.outcome is Outcome.UNREACHABLE


# Redirects


def redirecting(**locations):
    """An app with a Location for each path of the usual host; other paths are answered with what was asked."""

    def app(request: ServedRequest) -> ServedResponse:
        location = locations.get(request.source_path.rpartition("/")[2])
        if location is not None:
            status, target = location if isinstance(location, tuple) else (302, location)
            return ServedResponse(status, {"location": target} if target else {})
        return ServedResponse(
            200, {}, f"{request.method} {request.path}?{request.query} {request.body.decode()}".encode()
        )

    return app


@pytest.mark.parametrize(
    ("location", "arrives_at"),
    [
        ("rates", "api.example.com/v1/rates"),
        ("/v2/rates?b=2", "api.example.com/v2/rates?b=2"),
        ("https://www.example.com/rates", "www.example.com/rates"),
        ("https://www.example.com", "www.example.com/"),
        ("//www.example.com/rates#part", "www.example.com/rates"),
        ("/api.example.com/v2/rates", "api.example.com/v2/rates"),
    ],
)
async def test_a_redirect_is_followed_as_part_of_its_attempt(location, arrives_at):
    asked = await ask(redirecting(prices=location))
    path, _, query = arrives_at.partition("?")
    assert asked.answer.body.decode().split()[1] == f"/{path}?{query}"
    (attempt,) = asked.attempts
    assert attempt.outcome is Outcome.OK
    assert attempt.url == URL


async def test_a_redirect_that_names_the_gateway_itself_means_what_is_behind_it():
    async with (
        serving(lambda request: app(request)) as gateway,
        Client(gateway_url=gateway, user_agent=AGENT) as client,
    ):
        app = redirecting(prices=f"{gateway}/www.example.com/rates")
        answer = await client.fetch(Request(URL), ignore)
    assert answer.body.decode().startswith("GET /www.example.com/rates")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://www.example.com/rates", "which is not https"),
        ("ftp://www.example.com/rates", "which is not https"),
        ("file:///etc/passwd", "which is not https"),
        ("https://127.0.0.1/", "which is not a public place"),
        ("https://2130706433/", "which is not a public place"),
        ("https://0x7f.1/", "which is not a public place"),
        ("https://169.254.169.254/latest/meta-data/", "which is not a public place"),
        ("https://10.0.0.1/", "which is not a public place"),
        ("https://[::1]/", "which is not a public place"),
        ("https://[::ffff:10.0.0.1]/", "which is not a public place"),
        ("https://localhost/", "which is not a public place"),
        ("https://LOCALHOST./", "which is not a public place"),
        ("https://api.localhost/", "which is not a public place"),
        ("https://metadata.google.internal/", "which is not a public place"),
        ("https://printer.local/", "which is not a public place"),
        ("https://router/", "which is not a public place"),
        ("https://user:word@www.example.com/", "which is not a public place"),
        ("https://api.example.com\\@127.0.0.1/", "redirects to"),
        ("https://exa mple.com:port/", "not an address"),
        ("prices", "in a circle"),
        ("", "without saying where to go"),
    ],
)
async def test_a_redirect_to_where_nobody_should_go_is_refused(location, reason):
    asked = await ask(redirecting(prices=location))
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert reason in str(asked.error)
    assert len(asked.seen) == 1
    assert asked.attempts[0].status_code == 302


@pytest.mark.parametrize("fault", ["redirect_loop", "redirect_private", "redirect_scheme"])
async def test_the_redirects_that_a_plan_can_order_are_bad_ones(fault):
    asked = await ask(prices, None, f"*={fault}")
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert len(asked.seen) == 1


@pytest.mark.parametrize(("hops", "outcome"), [(5, Outcome.OK), (6, Outcome.BAD_REDIRECT)])
async def test_five_redirects_are_followed_and_six_are_not(hops, outcome):
    chain = {"prices": "hop1"} | {f"hop{number}": f"hop{number + 1}" for number in range(1, hops)}
    asked = await ask(redirecting(**chain))
    assert asked.outcomes == [outcome]
    assert len(asked.seen) == 6


async def test_a_redirect_that_offers_a_choice_is_refused():
    asked = await ask(redirecting(prices=(300, "rates")))
    assert asked.outcomes == [Outcome.BAD_REDIRECT]


@pytest.mark.parametrize(
    ("status", "arrives_as"),
    [(301, "GET "), (302, "GET "), (303, "GET "), (307, 'POST {"a":1}'), (308, 'POST {"a":1}')],
)
async def test_a_post_is_repeated_only_where_the_redirect_says_so(status, arrives_as):
    asked = await ask(redirecting(prices=(status, "rates")), Request(URL, method="POST", json={"a": 1}))
    method, _, body = asked.answer.body.decode().split(" ", 2)
    assert f"{method} {body}" == arrives_as
    assert ("content-type" in asked.seen[1].headers) == (method == "POST")


async def test_without_a_gateway_a_redirect_into_this_machine_is_refused_too():
    app = answering(302, {"location": "https://localhost/"})
    async with serving(app) as url, Client(user_agent=AGENT) as client:
        with pytest.raises(SourceError, match="not a public place") as caught:
            await client.fetch(Request(f"{url}/v1/prices"), ignore)
    assert caught.value.outcome is Outcome.BAD_REDIRECT


# Keys

KEY = "s3cr3t/key+1=="
WITH_KEYS = Request(URL, params={"a": "1"}, secret_params={"apikey": KEY}, secret_headers={"X-Key": f"Bearer {KEY}"})


def everything_people_can_read(asked):
    return " ".join([*map(repr, asked.attempts), repr(asked.error), str(asked.error), str(vars(asked.error or asked))])


def assert_no_key(text):
    for spelling in ("s3cr3t", "key+1", "key%2B1"):
        assert spelling not in text


async def test_keys_are_sent_and_not_recorded():
    asked = await ask(prices, WITH_KEYS)
    assert asked.seen[0].query == "a=1&apikey=s3cr3t%2Fkey%2B1%3D%3D"
    assert asked.seen[0].headers["x-key"] == f"Bearer {KEY}"
    assert asked.attempts[0].url == URL + "?a=1"
    assert_no_key("".join(map(repr, asked.attempts)))
    assert_no_key(repr(WITH_KEYS))


@pytest.mark.parametrize("spelling", [KEY, "s3cr3t%2Fkey%2B1%3D%3D", f"Bearer {KEY}", "x" * 190 + KEY])
async def test_a_key_that_an_error_answer_repeats_is_hidden(spelling):
    app = answering(401, {"content-type": "text/plain"}, f"bad key {spelling}".encode())
    asked = await ask(app, WITH_KEYS)
    assert asked.outcomes == [Outcome.BLOCKED]
    assert_no_key(everything_people_can_read(asked))


@pytest.mark.parametrize("fault", ["hang", "reset", "truncated", "500", "redirect_loop", "redirect_private", "huge:1"])
async def test_no_failure_carries_a_key(fault):
    asked = await ask(prices, WITH_KEYS, f"*={fault}", request_seconds=SHORT, max_body=1000)
    assert_no_key(everything_people_can_read(asked))
    assert asked.error.__cause__ is None
    assert asked.error.__context__ is None


@pytest.mark.parametrize("key", ["pasted with a line break\n", "“quoted”"])
async def test_a_key_that_cannot_be_sent_is_an_error_that_does_not_show_it(key):
    asked = await ask(prices, Request(URL, secret_headers={"X-Key": key}))
    assert asked.outcomes == [Outcome.CLIENT_ERROR]
    assert key.strip() not in everything_people_can_read(asked)
    assert asked.error.__context__ is None


async def test_a_redirect_at_the_same_host_gets_the_keys_once():
    asked = await ask(redirecting(prices="rates?apikey=s3cr3t%2Fkey%2B1%3D%3D&b=2"), WITH_KEYS)
    assert asked.seen[1].query == "b=2&apikey=s3cr3t%2Fkey%2B1%3D%3D"
    assert asked.seen[1].headers["x-key"] == f"Bearer {KEY}"


async def test_a_redirect_to_another_host_gets_no_key():
    location = "https://www.example.com/rates?apikey=s3cr3t%2Fkey%2B1%3D%3D&b=2&token=s3cr3t/key%2B1=="
    asked = await ask(redirecting(prices=location), WITH_KEYS)
    assert asked.seen[1].query == "b=2"
    assert "x-key" not in asked.seen[1].headers


async def test_a_redirect_to_another_host_with_the_key_in_its_path_is_refused():
    asked = await ask(redirecting(prices="https://www.example.com/s3cr3t%2Fkey%2B1%3D%3D/rates"), WITH_KEYS)
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert_no_key(everything_people_can_read(asked))


async def test_no_address_with_a_key_is_logged(caplog):
    caplog.set_level(logging.INFO)
    await ask(prices, WITH_KEYS)
    assert_no_key(caplog.text)
    assert "api.example.com" not in caplog.text


# Budgets


async def test_a_request_that_would_wait_too_long_for_its_budget_is_not_sent():
    attempts = []
    request = Request(URL, budget=Budget(2, 60))
    async with serving(prices) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        for _ in range(2):
            await client.fetch(request, attempts.append)
        with pytest.raises(SourceError) as caught:
            await client.fetch(request, attempts.append)
        await client.fetch(Request("https://api.example.org/", budget=Budget(2, 60)), attempts.append)
    assert caught.value.outcome is Outcome.NO_BUDGET
    assert str(caught.value) == "api.example.com is not asked: its budget of 2 requests in 60 s is used up"
    assert len(attempts) == 3


async def test_a_request_that_can_wait_for_its_budget_does():
    arrivals = []

    def app(request):
        arrivals.append(time.monotonic())
        return prices(request)

    request = Request(URL, budget=Budget(1, 0.15))
    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT) as client,
        anyio.create_task_group() as together,
    ):
        for _ in range(2):
            together.start_soon(client.fetch, request, ignore)
    assert arrivals[1] - arrivals[0] >= 0.1


async def test_a_retry_without_budget_leaves_the_failure_as_it_is():
    asked = await ask(prices, Request(URL, budget=Budget(1, 60)), "*=503")
    assert asked.error.outcome is Outcome.SERVER_ERROR
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_requests_of_earlier_runs_count_against_the_budget():
    def ago(seconds):
        return datetime.now(timezone.utc) - timedelta(seconds=seconds)

    attempts = []
    request = Request(URL, budget=Budget(10, 60))
    async with serving(prices) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        client.goes_on_from({"api.example.com": [(ago(90), 10), (ago(30), 4), (ago(-3600), 5)]})
        await client.fetch(request, attempts.append)
        with pytest.raises(SourceError) as caught:
            await client.fetch(request, attempts.append)
    assert caught.value.outcome is Outcome.NO_BUDGET
    assert len(attempts) == 1


async def test_when_a_host_has_had_too_many_requests_those_that_have_not_gone_out_stay_at_home():
    attempts = []
    too_many = answering(429, {"retry-after": "60"})
    async with serving(too_many) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        for expected in (Outcome.RATE_LIMITED, Outcome.BACKING_OFF):
            with pytest.raises(SourceError) as caught:
                await client.fetch(Request(URL), attempts.append)
            assert caught.value.outcome is expected
        with pytest.raises(SourceError) as caught:
            await client.fetch(Request("https://api.example.org/"), attempts.append)
    assert caught.value.outcome is Outcome.RATE_LIMITED
    assert [attempt.host for attempt in attempts] == ["api.example.com", "api.example.org"]


async def test_a_short_pause_that_a_host_asks_for_is_waited_for_by_all_its_requests():
    arrivals = []

    def app(request):
        arrivals.append((time.monotonic(), request.path))
        return prices(request) if len(arrivals) > 1 else ServedResponse(429, {"retry-after": "0.2"})

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, back_off_seconds=0) as client,
        anyio.create_task_group() as together,
    ):
        together.start_soon(client.fetch, Request(f"{URL}/first"), ignore)
        while not arrivals:
            await anyio.sleep(0.01)
        await anyio.sleep(0.05)
        together.start_soon(client.fetch, Request(f"{URL}/second"), ignore)
    assert sorted(path[-6:] for _, path in arrivals) == ["/first", "/first", "second"]
    assert min(moment for moment, _ in arrivals[1:]) - arrivals[0][0] >= 0.15


async def test_a_promise_that_a_pause_overtook_does_not_count():
    arrivals = []

    def app(request):
        arrivals.append(request.path)
        return ServedResponse(429, {"retry-after": "60"}) if len(arrivals) > 1 else prices(request)

    request = Request(URL, budget=Budget(1, 0.2), retries=False)
    outcomes = []

    async def fetch():
        try:
            await client.fetch(request, ignore)
        except SourceError as error:
            outcomes.append(error.outcome)

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client,
        anyio.create_task_group() as together,
    ):
        for _ in range(4):
            together.start_soon(fetch)
    assert len(arrivals) == 2
    assert sorted(outcomes) == [Outcome.BACKING_OFF, Outcome.BACKING_OFF, Outcome.RATE_LIMITED]


async def test_a_probe_is_one_request():
    asked = await ask(prices, Request(URL, retries=False), "*=503")
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_a_request_that_weighs_more_than_the_budget_is_sent_alone():
    asked = await ask(prices, Request(URL, budget=Budget(2, 60), weight=5))
    assert asked.outcomes == [Outcome.OK]


# Many at once


async def test_three_hundred_hosts_are_asked_at_once():
    bodies = {}
    under_way = most = 0

    def app(request):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        return ServedResponse(delay=0.1, body=request.host.encode())

    async def fetch(host):
        nonlocal under_way
        bodies[host] = (await client.fetch(Request(f"https://{host}/"), ignore)).body.decode()
        under_way -= 1

    hosts = [f"api{number}.example.com" for number in range(300)]
    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT) as client,
        anyio.create_task_group() as together,
    ):
        for host in hosts:
            together.start_soon(fetch, host)
    assert bodies == {host: host for host in hosts}
    assert most > 20
