"""How long something is told as what is now of which nobody speaks any more, counted from the newest of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import (
    NOON,
    Row,
    article,
    candle,
    collection,
    consensus,
    contract,
    fee,
    metric,
    stamped,
)

MOMENT = timedelta(minutes=1)


class Listed(NamedTuple):
    """A list of what is now: its path, the word that names each entry, the table behind it, and a row of it."""

    path: str
    name: str
    table: str
    row: Callable[[str, datetime], Row]
    limit: timedelta


def _state_of_a_chain(name: str, moment: datetime) -> Row:
    return stamped({"blockchain": name, "source": "a", "timestamp": moment, "fetched_at": moment}, moment)


LISTS = (
    Listed("prices", "symbol", "consensus_prices", lambda name, at: consensus(name, 1.0, at), timedelta(days=1)),
    Listed("gas", "blockchain", "gas_prices", lambda name, at: fee(name, "a", at), timedelta(days=1)),
    Listed("derivatives", "symbol", "derivatives_metrics", lambda name, at: contract(name, "a", at), timedelta(days=1)),
    Listed("chains", "blockchain", "blockchain_stats", _state_of_a_chain, timedelta(days=2)),
    Listed(
        "metrics", "metric_name", "sentiment_metrics", lambda name, at: metric(name, "a", 1.0, at), timedelta(days=8)
    ),
)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.path)
def test_what_nobody_speaks_of_for_longer_is_no_longer_told(listed: Listed, data: Data) -> None:
    moments = {"NEW": NOON, "LATE": NOON - listed.limit + MOMENT, "GONE": NOON - listed.limit - MOMENT}
    data.store(**{listed.table: [listed.row(name, moment) for name, moment in moments.items()]})
    assert {one[listed.name] for one in data.get(listed.path)[listed.path]} == {"NEW", "LATE"}


def test_a_job_that_did_not_run_in_the_last_eight_hours_is_none_of_now(data: Data) -> None:
    moments = {"new": NOON, "late": NOON - timedelta(hours=8) + MOMENT, "gone": NOON - timedelta(hours=8) - MOMENT}
    data.store(data_collections=[collection("kraken.ticker", job, "ok", at, job=job) for job, at in moments.items()])
    assert [one["job"] for one in data.get("overview")["collections"]] == ["late", "new"]


def test_languages_are_those_of_the_articles_of_a_week(data: Data) -> None:
    moments = {"en": NOON, "fa": NOON - timedelta(days=7) + MOMENT, "zh": NOON - timedelta(days=7) - MOMENT}
    data.store(news_articles=[article(number, at, language=one) for number, (one, at) in enumerate(moments.items(), 1)])
    assert [one["language"] for one in data.get("news")["languages"]] == ["en", "fa"]


@pytest.mark.parametrize(("before_the_run", "speaks"), [(-MOMENT, True), (MOMENT, False)])
def test_a_source_is_one_of_a_coin_that_it_spoke_of_in_the_two_days_before_the_runs(
    before_the_run: timedelta, speaks: bool, data: Data
) -> None:
    data.store(
        data_collections=[collection("kraken.candles", "run-1", "ok", table_names="cached_ohlc")],
        cached_ohlc=[candle("kraken", NOON - timedelta(days=2) - before_the_run)],
    )
    assert bool(data.get("sources?symbol=BTC")["sources"]) is speaks
