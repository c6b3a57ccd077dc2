"""Each host has one region, all regions come to the same division, and it changes by no more than it must."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.regions.division import Division, Refusal, division, may_ask, regions_in_order
from crypto_pipeline.collection.regions.ticks import lookback, tick_of
from crypto_pipeline.sources.kit import Provider, discover

CRON = "*/5 * * * *"
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
NOW = lookback(CRON, NOON)
HOSTS = sorted({endpoint.host for endpoint in discover()})
SOME = HOSTS[::12]
"""For what holds of each host by itself."""
REFUSING = {endpoint.provider.never_from: endpoint.provider for endpoint in discover()}.values()
"""One for each set of countries, the empty one too."""
NAMES = st.lists(st.sampled_from(["eu", "asia", "us-east", "us-west", "africa"]), min_size=1, unique=True)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def provider(host: str, only_from: tuple[str, ...] = (), never_from: tuple[str, ...] = ()) -> Provider:
    return Provider(host, f"https://{host}/v1", only_from=only_from, never_from=never_from)


def named(*names: str) -> dict[str, str]:
    """Regions that are where their names say."""
    return {name: name for name in names}


def owners(divided: Division, hosts: Sequence[str] = SOME) -> dict[str, str | None]:
    return {host: divided.region_of(provider(host)) for host in hosts}


def at_work(names: list[str], *silent: str) -> Division:
    """All have been at work for long, but for these."""
    heard = {name: [minutes(-5), minutes(-20)] for name in names if name not in silent}
    return division(names[0], named(*names), heard, [], NOW)


@given(names=NAMES)
def test_each_host_is_asked_by_exactly_one_region_and_all_of_them_know_which(names: list[str]) -> None:
    views = [owners(division(name, named(*reversed(names)), {}, [], NOW)) for name in names]
    assert all(view == views[0] for view in views)
    assert set(views[0].values()) <= set(names)


@given(names=NAMES)
def test_a_region_that_comes_takes_its_hosts_and_moves_no_other(names: list[str]) -> None:
    before, after = owners(at_work(names)), owners(at_work([*names, "new"]))
    assert {host for host in SOME if after[host] != before[host]} == {host for host in SOME if after[host] == "new"}


@given(names=NAMES)
def test_the_hosts_of_a_region_that_is_silent_go_to_the_others_and_come_back_with_it(names: list[str]) -> None:
    names = [*names, "far"]
    whole, without = owners(at_work(names)), owners(at_work(names, "far"))
    assert "far" not in without.values()
    assert all(without[host] == whole[host] for host in SOME if whole[host] != "far")


def test_the_order_of_regions_at_a_host_is_the_same_in_every_version() -> None:
    """Machines of two versions share the hosts while one after the other is brought up to date."""
    assert regions_in_order("api.kraken.com", ("paris", "tokyo", "lima")) == ("tokyo", "lima", "paris")
    assert regions_in_order("api.binance.com", ("paris", "tokyo", "lima")) == ("paris", "lima", "tokyo")


def test_an_endpoint_is_asked_by_the_region_of_its_host_and_by_no_other() -> None:
    names = ["eu", "asia", "us"]
    views = [division(name, named(*names), {}, [], NOW) for name in names]
    for endpoint in discover():
        assert [view.region for view in views if view.is_ours(endpoint)] == [views[0].region_of(endpoint.provider)]


def test_regions_get_about_the_same_number_of_hosts() -> None:
    counts = [list(owners(at_work(["eu", "asia"]), HOSTS).values()).count(name) for name in ("eu", "asia")]
    assert max(counts) < 1.3 * min(counts)


@given(refused=st.sets(st.sampled_from(["eu", "asia", "us"])), hours=st.floats(0.1, 23.9))
def test_a_host_that_refuses_regions_is_asked_by_the_next_in_its_order(refused: set[str], hours: float) -> None:
    names = ("asia", "eu", "us")
    refusals = [
        Refusal(name, HOSTS[0], NOON - timedelta(hours=hours), NOON + timedelta(hours=24 - hours)) for name in refused
    ]
    owner = division("eu", named(*names), {}, refusals, NOW).region_of(provider(HOSTS[0]))
    order = regions_in_order(HOSTS[0], names)
    assert owner == next((name for name in order if name not in refused), order[0])


def test_a_host_is_tried_again_at_home_when_the_day_is_over() -> None:
    home, other = regions_in_order("api.binance.com", ("asia", "eu"))
    refusals = [Refusal(home, "api.binance.com", minutes(-24 * 60), NOON)]
    later = division(home, named(home, other), {}, refusals, NOW)
    assert later.region_of(provider("api.binance.com")) == home
    assert later.tried_again == {"api.binance.com"}
    earlier = division(home, named(home, other), {}, refusals, lookback(CRON, minutes(-5)))
    assert earlier.region_of(provider("api.binance.com")) == other


def test_what_a_region_learns_in_a_tick_counts_from_the_next_one_on_for_all() -> None:
    home, other = regions_in_order("api.binance.com", ("asia", "eu"))
    refusals = [Refusal(home, "api.binance.com", minutes(0.2), minutes(24 * 60))]
    assert division(other, named(home, other), {}, refusals, NOW).region_of(provider("api.binance.com")) == home
    following = lookback(CRON, minutes(5))
    assert division(other, named(home, other), {}, refusals, following).region_of(provider("api.binance.com")) == other


def test_what_refuses_another_region_is_not_tried_again_by_this_one() -> None:
    home, other = regions_in_order("api.binance.com", ("asia", "eu"))
    refusals = [Refusal(other, "api.binance.com", minutes(-24 * 60), NOON)]
    assert division(home, named(home, other), {}, refusals, NOW).tried_again == frozenset()


def test_what_is_told_at_the_very_moment_of_a_tick_is_not_known_in_it() -> None:
    home, other = regions_in_order("api.binance.com", ("asia", "eu"))
    refusals = [Refusal(home, "api.binance.com", NOON, minutes(24 * 60))]
    assert division(other, named(home, other), {}, refusals, NOW).region_of(provider("api.binance.com")) == home


def test_a_host_that_refuses_all_who_are_at_work_goes_to_none_that_is_silent() -> None:
    order = regions_in_order(HOSTS[0], ("asia", "eu", "us"))
    silent, awake, last = order
    heard = {name: [minutes(-5), minutes(-20)] for name in (awake, last)}
    refusals = [Refusal(name, HOSTS[0], minutes(-60), minutes(60)) for name in order]
    assert division(awake, named(*order), heard, refusals, NOW).region_of(provider(HOSTS[0])) == awake
    assert silent not in owners(division(awake, named(*order), heard, refusals, NOW)).values()


def test_a_host_that_one_region_alone_may_ask_stays_with_it_while_it_is_silent() -> None:
    assert at_work(["eu", "asia"], "asia").region_of(provider(HOSTS[0], only_from=("asia",))) == "asia"


def test_who_may_not_ask_a_host_never_does_and_a_name_means_all_that_begin_with_it() -> None:
    names = ("asia", "eu", "us-east", "us-west")
    for host in HOSTS[:40]:
        assert at_work([*names]).region_of(provider(host, never_from=("us", "asia"))) == "eu"
        assert at_work([*names]).region_of(provider(host, only_from=("asia",))) == "asia"
        assert at_work([*names]).region_of(provider(host, only_from=("africa",))) is None
    assert not may_ask("us", provider("x.example", never_from=("us",)))
    assert may_ask("usual", provider("x.example", never_from=("us",)))


@given(
    countries=st.dictionaries(
        st.sampled_from(["virginia", "frankfurt", "home", "us-east", "cn"]),
        st.sampled_from(["us", "cn", "de"]),
        min_size=1,
    )
)
def test_a_region_is_in_the_country_that_is_said_of_it_whatever_its_name(countries: dict[str, str]) -> None:
    divided = division(next(iter(countries)), countries, {}, [], NOW)
    for asked in REFUSING:
        asks = divided.region_of(asked)
        assert (asks is None) == (set(countries.values()) <= set(asked.never_from))
        assert asks is None or countries[asks] not in asked.never_from


@pytest.mark.parametrize(
    ("provider_name", "region"),
    [
        ("binance", "us"),
        ("binance_futures", "us-east"),
        ("bybit", "us"),
        ("bybit_linear", "cn"),
        ("bybit_options", "cn"),
    ],
)
def test_hosts_that_are_known_to_refuse_a_country_are_never_asked_from_there(provider_name: str, region: str) -> None:
    (asked,) = {one.provider for one in discover() if one.provider.name == provider_name}
    assert division(region, named(region, "eu"), {}, [], NOW).region_of(asked) == "eu"
    assert (
        division(region, named(region, "eu"), {"eu": [], region: [minutes(-5), minutes(-20)]}, [], NOW).region_of(asked)
        == "eu"
    )


def test_all_that_is_said_of_a_host_says_the_same_countries_in_two_letters() -> None:
    said: dict[str, set[tuple[str, ...]]] = {}
    for endpoint in discover():
        provider = endpoint.provider
        said.setdefault(endpoint.host, set()).add((*provider.only_from, "", *provider.never_from))
        assert all(len(one) == 2 and one.islower() for one in (*provider.only_from, *provider.never_from))
    assert {host for host, countries in said.items() if len(countries) > 1} == set()


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ({}, {"asia", "eu"}),
        ({"eu": [-5]}, {"asia", "eu"}),
        ({"eu": [-15, -10, -5]}, {"asia", "eu"}),
        ({"eu": [-20, -15, -10, -5]}, {"eu"}),
        ({"eu": [-20, -5], "asia": [-15]}, {"asia", "eu"}),
        ({"eu": [-20, -5], "asia": [-15.1]}, {"eu"}),
        ({"eu": [-20, -5], "asia": [-500, 0.1]}, {"eu"}),
        ({"eu": [-20, -5], "asia": [-500, 0]}, {"eu"}),
        ({"eu": [-30, -5]}, {"eu"}),
        ({"eu": [-30.1, -5]}, {"asia", "eu"}),
        ({"eu": [-500], "asia": [-400]}, {"asia", "eu"}),
    ],
    ids=[
        "nobody yet",
        "one has begun, and the other has its time",
        "it still has",
        "three ticks are over",
        "silent for less",
        "silent for three ticks",
        "back in this very tick: the others do not know of it yet",
        "back at the very moment of the tick",
        "begun six ticks ago",
        "begun before that, and away since",
        "all were away",
    ],
)
def test_a_region_that_was_silent_for_three_ticks_is_taken_over(
    heard: dict[str, list[float]], expected: set[str]
) -> None:
    moments = {name: [minutes(at) for at in times] for name, times in heard.items()}
    assert division("eu", named("eu", "asia"), moments, [], NOW).awake == expected


def test_a_region_that_is_cut_off_keeps_its_own_and_takes_nobody_s() -> None:
    heard = {"eu": [minutes(-5), minutes(-20)]}
    assert division("eu", named("eu", "asia"), heard, [], NOW, cut_off=True).awake == {"eu", "asia"}


def test_the_first_by_name_of_those_at_work_leads() -> None:
    assert at_work(["eu", "asia"]).leader == "asia"
    assert at_work(["eu", "asia"], "asia").leads


def test_a_tick_is_the_newest_moment_of_the_schedule() -> None:
    assert tick_of(CRON, minutes(4.9)) == tick_of(CRON, NOON) == NOON
    assert (NOW.since, NOW.before) == (minutes(-15), minutes(-30))
    assert lookback(CRON, minutes(4.9)).since == minutes(-15)
