"""What a declaration becomes."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Endpoint,
    Expected,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    get,
    post,
    together,
)
from crypto_pipeline.sources.symbols import Universe


def parser(payload: Payload) -> Rows:
    """Reads nothing."""
    return []


def declared(*request: Any, **facts: Any) -> Endpoint:
    provider = Provider("examplex", "https://api.examplex.example/v2", docs="https://docs.examplex.example")
    provider.endpoint(Quote, *request, **facts)(parser)
    (endpoint,) = provider.endpoints
    return endpoint


def test_a_path_and_keywords_are_a_get_with_a_query() -> None:
    endpoint = declared("/tickers", type="spot", limit=5)
    assert (endpoint.request.method, endpoint.url()) == ("GET", "https://api.examplex.example/v2/tickers")
    assert endpoint.request.params == {"type": "spot", "limit": "5"}
    assert (endpoint.id, endpoint.cadence, endpoint.on_by_default) == ("examplex.parser", 5, True)
    assert (endpoint.pool, endpoint.priority, endpoint.answer) == (None, 0, Expected())


def test_keywords_are_added_to_the_parameters_that_have_other_names() -> None:
    assert declared(get("/x", {"from": "EUR", "n": 1}, weight=3), to="USD").request == get(
        "/x", {"from": "EUR", "n": "1", "to": "USD"}, weight=3
    )


def test_the_members_of_a_request_are_added_to_the_body() -> None:
    endpoint = declared(post("/info", {"type": "candles"}))
    assert endpoint.request.method == "POST"
    assert endpoint.body_of() == {"type": "candles"}
    assert endpoint.body_of(RequestSpec(body={"coin": "BTC"})) == {"type": "candles", "coin": "BTC"}
    assert declared(post("/info")).body_of() is None


def test_the_fields_of_a_path_are_filled_from_the_request() -> None:
    def requests(context: Context) -> list[RequestSpec]:
        return [RequestSpec(symbol, {"market": f"{symbol}-USD"}) for symbol in context.universe.listed]

    endpoint = declared("/{market}/ticker", requests=requests)
    context = Context(Universe(frozenset({"BTC"})), datetime(2026, 11, 23, tzinfo=timezone.utc))
    assert [endpoint.url(spec) for spec in endpoint.requests_in(context)] == [
        "https://api.examplex.example/v2/BTC-USD/ticker"
    ]


def test_requests_whose_answers_are_read_together_keep_their_order() -> None:
    head, block = SubRequest("head"), SubRequest("block", body=lambda answers: answers["head"])
    assert declared(together(head, block)).request.sub_requests == (head, block)
    assert (head.needs_others, block.needs_others) == (False, True)


def test_a_member_of_a_pool_has_its_place() -> None:
    endpoint = declared("/tickers", pool=PoolMember("spot", 2))
    assert (endpoint.pool, endpoint.priority) == ("spot", 2)


@pytest.mark.parametrize("slip", [{"may_be_empty": True}, {"calls": ()}, {"limit": 1.5}, {"since": None}], ids=str)
def test_what_is_neither_a_fact_nor_a_parameter_of_a_query_is_refused(slip: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=f"^examplex: {next(iter(slip))} is no fact"):
        declared("/tickers", **slip)


def test_requests_in_a_minute_are_short_for_a_budget() -> None:
    assert Provider("one", "https://one.example", per_minute=6).budget == Budget(6, 60)
    assert Provider("one", "https://one.example", per_minute=6).source == "one"
