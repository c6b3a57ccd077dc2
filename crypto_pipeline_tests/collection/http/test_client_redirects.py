"""Where the client lets itself be sent, and where not."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http import client as client_module
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.collection.http.redirects import refuse_private
from crypto_pipeline.replay.server import serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, answering, ask, ignore, prices, redirecting

pytestmark = pytest.mark.anyio


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
async def test_a_redirect_is_followed_as_part_of_its_attempt(location: str, arrives_at: str) -> None:
    asked = await ask(redirecting(prices=location))
    path, _, query = arrives_at.partition("?")
    assert asked.answer.body.decode().split()[1] == f"/{path}?{query}"
    (attempt,) = asked.attempts
    assert attempt.outcome is Outcome.OK
    assert attempt.url == URL


async def test_a_redirect_that_names_the_gateway_itself_means_what_is_behind_it() -> None:
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
        ("https://[::ffff:127.0.0.1]/", "redirects to https://[::ffff:127.0.0.1], which is not a public place"),
        ("https://[64:ff9b::7f00:1]/", "which is not a public place"),
        ("prices", "in a circle"),
        ("", "without saying where to go"),
    ],
)
async def test_a_redirect_to_where_nobody_should_go_is_refused(location: str, reason: str) -> None:
    asked = await ask(redirecting(prices=location))
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert reason in str(asked.error)
    assert len(asked.seen) == 1
    assert asked.attempts[0].status_code == 302


@pytest.mark.parametrize("fault", ["redirect_loop", "redirect_private", "redirect_scheme"])
async def test_the_redirects_that_a_plan_can_order_are_bad_ones(fault: str) -> None:
    asked = await ask(prices, None, f"*={fault}")
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert len(asked.seen) == 1


@pytest.mark.parametrize(("hops", "outcome"), [(5, Outcome.OK), (6, Outcome.BAD_REDIRECT)])
async def test_five_redirects_are_followed_and_six_are_not(hops: int, outcome: Outcome) -> None:
    chain = {"prices": "hop1"} | {f"hop{number}": f"hop{number + 1}" for number in range(1, hops)}
    asked = await ask(redirecting(**chain))
    assert asked.outcomes == [outcome]
    assert len(asked.seen) == 6


async def test_a_circle_is_noticed_wherever_it_begins() -> None:
    asked = await ask(redirecting(prices="first", first="second", second="first"))
    assert "in a circle" in str(asked.error)
    assert len(asked.seen) == 3


async def test_a_redirect_that_offers_a_choice_is_refused() -> None:
    asked = await ask(redirecting(prices=(300, "rates")))
    assert asked.outcomes == [Outcome.BAD_REDIRECT]


@pytest.mark.parametrize(
    ("status", "arrives_as"),
    [(301, "GET "), (302, "GET "), (303, "GET "), (307, 'POST {"a":1}'), (308, 'POST {"a":1}')],
)
async def test_a_post_is_repeated_only_where_the_redirect_says_so(status: int, arrives_as: str) -> None:
    asked = await ask(redirecting(prices=(status, "rates")), Request(URL, method="POST", json={"a": 1}))
    method, _, body = asked.answer.body.decode().split(" ", 2)
    assert f"{method} {body}" == arrives_as
    assert ("content-type" in asked.seen[1].headers) == (method == "POST")


async def test_without_a_gateway_a_redirect_into_this_machine_is_refused_too() -> None:
    app = answering(302, {"location": "https://localhost/"})
    async with serving(app) as url, Client(user_agent=AGENT) as client:
        with pytest.raises(SourceError, match="not a public place") as caught:
            await client.fetch(Request(f"{url}/v1/prices"), ignore)
    assert caught.value.outcome is Outcome.BAD_REDIRECT


async def test_without_a_gateway_a_name_that_leads_into_this_network_is_refused_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolve(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(client_module, "refuse_private", partial(refuse_private, resolve=resolve))
    app = answering(302, {"location": "https://www.example.com/rates"})
    async with serving(app) as url, Client(user_agent=AGENT) as client:
        with pytest.raises(
            SourceError, match=r"leads to https://www\.example\.com, which is not a public place"
        ) as caught:
            await client.fetch(Request(f"{url}/v1/prices"), ignore)
    assert caught.value.outcome is Outcome.BAD_REDIRECT
