"""What a host may be asked, and what it is asked.

A budget is kept for each host by one exact sliding window: a request beyond it waits until the oldest one is old enough.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone

import pytest

from crypto_pipeline.sources.kit import Context, Endpoint, discover
from crypto_pipeline.sources.symbols import Universe

MINUTES_A_DAY = 24 * 60
USUAL = Context(Universe(), datetime(2026, 11, 23, 12, tzinfo=timezone.utc))


def endpoints_by_host() -> dict[str, list[Endpoint]]:
    hosts: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in discover():
        hosts[endpoint.host].append(endpoint)
    return hosts


HOSTS = endpoints_by_host()


def cost(endpoint: Endpoint) -> int:
    """What asking an endpoint once takes of its host's budget."""
    return len(endpoint.requests_in(USUAL)) * max(1, len(endpoint.request.sub_requests)) * endpoint.request.weight


def allowed_in_a_day(host: str) -> float:
    budget = HOSTS[host][0].provider.budget
    return budget.requests * MINUTES_A_DAY * 60 / budget.seconds


def asked_in_a_day(host: str) -> float:
    """With everything switched on, members of pools that usually rest included."""
    return sum(cost(endpoint) * MINUTES_A_DAY / endpoint.cadence for endpoint in HOSTS[host])


def test_endpoints_of_one_host_share_one_budget() -> None:
    budgets = {host: {endpoint.provider.budget for endpoint in asked} for host, asked in HOSTS.items()}
    assert {host: several for host, several in budgets.items() if len(several) != 1} == {}


def test_no_host_is_asked_more_often_in_a_day_than_its_budget_allows() -> None:
    assert [host for host in HOSTS if asked_in_a_day(host) > allowed_in_a_day(host)] == []


def test_calls_that_are_read_together_never_wait_for_the_budget() -> None:
    """All that the host can be asked in one collection fits into one period, so that no answer is older than another."""
    hosts = [host for host, asked in HOSTS.items() if any(endpoint.request.sub_requests for endpoint in asked)]
    assert hosts
    in_one_collection = {host: sum(cost(endpoint) for endpoint in HOSTS[host]) for host in hosts}
    assert [host for host in hosts if in_one_collection[host] > HOSTS[host][0].provider.budget.requests] == []


def test_what_coingecko_is_asked_every_five_and_fifteen_minutes_fits_into_its_minute() -> None:
    """The rest takes turns with what is left: none of it may be wanted more than once an hour."""
    often = [endpoint for endpoint in HOSTS["api.coingecko.com"] if endpoint.cadence < 60]
    assert {endpoint.name: endpoint.cadence for endpoint in often} == {
        "simple_price": 5,
        "coins_markets": 5,
        "global": 15,
    }
    assert sum(map(cost, often)) < often[0].provider.budget.requests


@pytest.mark.parametrize("host", ["api.coinlore.net", "api.alternative.me", "api.coinbase.com", "www.okx.com"])
def test_all_that_these_hosts_are_asked_goes_out_at_once(host: str) -> None:
    """A budget of ten requests in ten seconds says what one request a second does, and delays no collection."""
    assert sum(cost(endpoint) for endpoint in HOSTS[host]) <= HOSTS[host][0].provider.budget.requests
