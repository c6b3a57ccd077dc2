"""History: buckets that hold what is stored, and ranges that can be answered."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.api.data.ranges import Range, range_of
from crypto_pipeline.api.errors import InvalidQuery
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import NOON, at, consensus, latest, price

DAY = "from=2026-11-23T12:00&to=2026-11-24T12:00"
TIMES = st.integers(630_720_000, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, timezone.utc))


@given(TIMES, st.timedeltas(timedelta(microseconds=1), timedelta(days=20_000)), st.integers(2, 2_000))
def test_there_are_never_more_buckets_than_points_and_hardly_fewer_than_can_be(
    since: datetime, span: timedelta, points: int
) -> None:
    asked = Range(since, since + span)
    seconds = asked.bucket_seconds(points)
    first, last = (int(moment.timestamp() // seconds) for moment in (since, since + span - timedelta.resolution))
    assert last - first + 1 <= points
    assert seconds == 60 or (span.total_seconds() / (seconds / 5) + 2) >= points


@pytest.mark.parametrize(
    ("span", "points", "seconds"),
    [
        (timedelta(days=1), 300, 300),
        (timedelta(days=1), 288, 300),
        (timedelta(days=1), 287, 600),
        (timedelta(hours=1), 300, 60),
        (timedelta(days=365), 300, 2 * 86_400),
        (timedelta(days=7), 168, 3_600),
    ],
)
def test_buckets_are_as_long_as_a_person_would_choose(span: timedelta, points: int, seconds: int) -> None:
    assert Range(NOON - span, NOON).bucket_seconds(points) == seconds


@pytest.mark.parametrize("points", [2, 7, 24, 300])
def test_each_bucket_is_what_sql_says_of_it(points: int, past: Data) -> None:
    answer = past.get(f"history?symbol=BTC&points={points}&{DAY}")
    stored = past.sql(
        "SELECT to_timestamp(epoch(timestamp)::BIGINT // $step * $step) AS timestamp, first(price_usd ORDER BY timestamp) AS open, "
        "max(price_usd) AS high, min(price_usd) AS low, last(price_usd ORDER BY timestamp) AS close, count(*) AS count "
        "FROM consensus_prices WHERE symbol = 'BTC' AND timestamp >= '2026-11-23 12:00:00+00' AND timestamp < '2026-11-24 12:00:00+00' "
        "GROUP BY ALL ORDER BY 1",
        {"step": answer["bucket_seconds"]},
    )
    assert answer["points"] == stored
    assert 1 <= len(stored) <= points
    assert sum(point["count"] for point in stored) == 288
    assert (answer["from"], answer["to"]) == ("2026-11-23T12:00:00+00:00", "2026-11-24T12:00:00+00:00")


def test_an_empty_bucket_is_absent_and_a_missing_price_is_not_counted(data: Data) -> None:
    data.store(
        consensus_prices=[
            consensus("BTC", 1.0, at(hours=-3)),
            consensus("BTC", None, at(hours=-2)),
            consensus("BTC", 3.0, at(hours=-1)),
            consensus("ETH", 9.0, at(hours=-1)),
        ]
    )
    answer = data.get(f"history?symbol=BTC&points=24&{DAY}")
    assert [(point["timestamp"][11:16], point["close"], point["count"]) for point in answer["points"]] == [
        ("09:00", 1.0, 1),
        ("11:00", 3.0, 1),
    ]


def test_one_source_has_its_own_history(data: Data) -> None:
    data.store(
        market_prices=[price("BTC", "kraken", 5.0, at(hours=-1)), price("BTC", "binance", 6.0, at(hours=-1))],
        cached_market_data=[latest("BTC", "kraken", 5.0), latest("BTC", "binance", 6.0)],
    )
    assert [point["close"] for point in data.get(f"history?symbol=BTC&source=kraken&{DAY}")["points"]] == [5.0]
    assert "by nobody" in data.refusal(f"history?symbol=BTC&source=nobody&{DAY}", 404)


def test_a_known_coin_without_prices_in_the_range_has_an_empty_history(data: Data) -> None:
    data.store(consensus_prices=[consensus("BTC", 1.0)])
    answer = data.get("history?symbol=BTC&from=2020-01-01&to=2020-02-01")
    assert (answer["points"], answer["as_of"]) == ([], None)
    assert "NOPE" in data.refusal("history?symbol=NOPE", 404)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("history", "symbol is needed"),
        ("history?symbol=", "symbol:"),
        ("history?symbol=BTC&points=1", "points: should be greater than or equal to 2"),
        ("history?symbol=BTC&points=2001", "points: should be less than or equal to 2000"),
        ("history?symbol=BTC&points=many", "points: should be a valid integer"),
        ("history?symbol=BTC&from=yesterday", "from: should be a valid datetime"),
        ("history?symbol=BTC&from=0001-01-01T00:00%2B14:00", "from: is out of the range"),
        ("history?symbol=BTC&from=2026-11-24&to=2026-11-24", "'from' must be before 'to'"),
        ("history?symbol=BTC&to=0001-01-01T00:00", "'to' is before the beginning of time"),
        ("history?symbol=BTC&source=kraken&from=2026-01-01&to=2026-11-24", "at most 92 days"),
        (
            "history?symbol=BTC&form=2026-11-24",
            "There is no parameter 'form' here; there is symbol, source, from, to, points",
        ),
        ("history?symbol=BTC&symbol=" + "X" * 101, "symbol:"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused_in_a_sentence(question: str, says: str, data: Data) -> None:
    data.store(consensus_prices=[consensus("BTC", 1.0)])
    assert says in data.refusal(question, 422)


@pytest.mark.parametrize(
    "begin",
    [
        "2026-11-24T11:00:00Z",
        "2026-11-24T11:00",
        "2026-11-24T14:30:00%2B03:30",
        "2026-11-24T14:30:00+03:30",
        "1795518000",
    ],
)
def test_times_are_understood_as_people_write_them(begin: str, data: Data) -> None:
    data.store(consensus_prices=[consensus("BTC", 1.0)])
    assert data.get(f"history?symbol=BTC&from={begin}&to=2026-11-25")["from"] == "2026-11-24T11:00:00+00:00"


def test_the_ends_of_a_range_that_are_left_out() -> None:
    def ends(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
        found = range_of(since, until, NOON, usual=timedelta(days=1))
        return found.since, found.until

    assert ends(None, None) == (at(days=-1), NOON)
    assert ends(at(days=-5), None) == (at(days=-5), NOON)
    assert ends(None, at(days=-5)) == (at(days=-6), at(days=-5))
    assert ends(at(days=5), None)[0] == at(days=5)
    with pytest.raises(InvalidQuery):
        ends(NOON, at(days=-1))
