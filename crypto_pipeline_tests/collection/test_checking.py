"""A check asks each source once and says how it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from types import MappingProxyType

import anyio
import pytest

from crypto_pipeline.collection import checking
from crypto_pipeline.collection.checking import SourceCheck, Terms, check
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Endpoint, Key, Payload, PoolMember, Provider, RequestSpec, Rows, each
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.collection.collected import answer, exchange, index, usual_answers

pytestmark = pytest.mark.anyio
NO_KEYS: Mapping[str, str] = MappingProxyType({})


def terms(seconds: float = 20, keys: Mapping[str, str] = NO_KEYS) -> Terms:
    return Terms(universe=Universe(), intervals=("1h",), whale_usd=1e6, seconds=seconds, keys=keys)


async def checked(
    endpoints: Iterable[Endpoint],
    *faults: str,
    app: App = usual_answers,
    request_seconds: float = 20,
    seconds: float = 20,
    keys: Mapping[str, str] = NO_KEYS,
) -> tuple[list[SourceCheck], list[ServedRequest]]:
    """A check over a real socket, with the requests that the server saw."""
    seen: list[ServedRequest] = []

    def noted(request: ServedRequest) -> ServedResponse:
        seen.append(request)
        return broken(request)

    broken = faulty(app, FaultPlan(faults))
    async with serving(noted) as gateway:
        client = Client(gateway_url=gateway, user_agent="test", request_seconds=request_seconds, back_off_seconds=0)
        async with client:
            return await check(endpoints, terms(seconds, keys), client.fetch), seen


async def test_a_source_that_answers_is_reachable_with_its_rows_and_its_time() -> None:
    (one,), _ = await checked([exchange("one")])
    assert (one.verdict, one.is_well, one.why) == ("reachable", True, None)
    assert one.result
    assert one.result.row_count == 4
    assert one.result.milliseconds > 0


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        ("403", "blocked"),
        ("html", "blocked"),
        ("not_json", "changed shape"),
        ("null", "changed shape"),
        ("empty", "empty"),
        ("429:3600", "rate limited"),
        ("503", "server error"),
        ("404", "client error"),
        ("reset", "unreachable"),
    ],
)
async def test_a_source_that_is_not_well_gets_a_word_for_it_and_the_reason(fault: str, verdict: str) -> None:
    (ill, well), _ = await checked([exchange("well"), exchange("ill")], f"ill.example={fault}")
    assert (ill.verdict, ill.is_well) == (verdict, False)
    assert ill.why
    assert well.is_well


async def test_a_source_that_does_not_come_to_an_end_is_not_waited_for() -> None:
    (one,), _ = await checked([exchange("one")], "one.example=hang", request_seconds=0.2)
    assert (one.verdict, one.is_well) == ("timeout", False)


async def test_old_data_is_not_well() -> None:
    old = datetime(2026, 1, 1, tzinfo=timezone.utc).isoformat()
    (one,), _ = await checked([index("mood")], app=lambda request: answer({"value": 20, "at": old}))
    assert (one.verdict, one.is_well) == ("stale", False)


async def test_rows_that_were_refused_are_told_of_a_source_that_is_well() -> None:
    (one,), _ = await checked([exchange("one")], app=lambda request: answer({"BTC-USD": "90500", "ETH-USD": "n/a"}))
    assert one.is_well
    assert one.why == "1 row was rejected; the first: it has no price"


async def test_every_member_of_a_pool_is_asked() -> None:
    pool = [exchange(name, pool=PoolMember("pool", number)) for number, name in enumerate(("first", "second"))]
    found, _ = await checked(pool)
    assert [(one.endpoint.id, one.verdict) for one in found] == [
        ("first.ticker", "reachable"),
        ("second.ticker", "reachable"),
    ]
    assert [one.endpoint.pool for one in found] == ["pool", "pool"]


async def test_of_many_requests_of_an_endpoint_one_goes_out() -> None:
    many = exchange(
        "many", requests=lambda context: [RequestSpec(coin, params={"coin": coin}) for coin in context.universe.listed]
    )
    (one,), seen = await checked([many])
    assert one.is_well
    assert [request.query for request in seen] == ["coin=BTC"]


async def test_an_endpoint_without_a_request_for_a_tracked_coin_is_let_be() -> None:
    (one,), seen = await checked([exchange("none", requests=lambda context: [])])
    assert (one.verdict, one.is_well, seen) == ("nothing to ask", True, [])


async def test_a_source_without_its_key_is_not_asked() -> None:
    provider = Provider("keyed", "https://keyed.example", key=Key("KEYED_API_KEY", header="x-key", required=True))

    @provider.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    (one,), seen = await checked(provider.endpoints)
    assert (one.verdict, one.is_well, one.why, seen) == ("needs a key", False, "set KEYED_API_KEY", [])
    (one,), seen = await checked(provider.endpoints, keys={"KEYED_API_KEY": "secret-key"})
    assert one.is_well
    assert seen[0].headers["x-key"] == "secret-key"


async def test_prices_in_local_money_are_read_although_nobody_said_a_rate() -> None:
    (one,), _ = await checked([exchange("one")], app=lambda request: answer({"BTC-BRL": "500000"}))
    assert one.is_well
    assert one.result
    assert one.result.row_count == 2


def answered(url: str) -> Answer:
    return Answer(200, json.dumps({"BTC-USD": "90500"}).encode(), "application/json", datetime.now(timezone.utc))


async def test_few_are_asked_at_once_and_of_one_host_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MAX_CONCURRENT", 3)
    under_way: Counter[str] = Counter()
    most, most_of_a_host = 0, 0

    async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
        nonlocal most, most_of_a_host
        under_way[request.url] += 1
        most, most_of_a_host = max(most, under_way.total()), max(most_of_a_host, *under_way.values())
        await anyio.sleep(0.005)
        under_way[request.url] -= 1
        return answered(request.url)

    ones = [exchange(name) for name in "abcdef"]
    twins = ones + [replace(endpoint, name="again") for endpoint in ones]
    found = await check(twins, terms(), fetch)
    assert all(one.is_well for one in found)
    assert (most, most_of_a_host) == (3, 1)
    assert [one.endpoint.id for one in found] == sorted(one.id for one in twins)


async def test_a_source_whose_host_has_no_budget_left_is_asked_again_when_it_has() -> None:
    asked = 0

    async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise SourceError(Outcome.NO_BUDGET, "its budget is used up")
        return answered(request.url)

    provider = Provider("slow", "https://slow.example", budget=Budget(1, 0.05))

    @provider.endpoint(Quote, "/ticker")
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    (one,) = await check(provider.endpoints, terms(), fetch)
    assert (one.verdict, asked) == ("reachable", 2)


async def test_a_budget_of_a_day_is_not_waited_for() -> None:
    async def fetch(request: Request, record: Callable[[Attempt], None]) -> Answer:
        raise SourceError(Outcome.NO_BUDGET, "its budget is used up")

    provider = Provider("daily", "https://daily.example", budget=Budget(100, 86_400))
    provider.endpoint(Quote, "/ticker", name="ticker")(lambda payload: [])
    (one,) = await check(provider.endpoints, terms(), fetch)
    assert (one.verdict, one.is_well) == ("no budget", False)


async def test_each_is_told_of_as_soon_as_it_is_done() -> None:
    heard: list[SourceCheck] = []
    async with serving(usual_answers) as gateway, Client(gateway_url=gateway, user_agent="test") as client:
        found = await check([exchange("one"), exchange("two")], terms(), client.fetch, on_checked=heard.append)
    assert sorted(heard, key=lambda one: one.endpoint.id) == found
