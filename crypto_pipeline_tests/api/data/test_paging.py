"""Pages: nothing is skipped or repeated, whatever is collected meanwhile, and a cursor that was made up is no error of ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.errors import InvalidQuery
from crypto_pipeline_tests.api.data.asking import ROOT, Data
from crypto_pipeline_tests.api.data.rows import Row, article, at, consensus, metric, transfer

SEVERAL_AT_ONE_MOMENT = 4


def moment(number: int) -> Any:
    """Some rows share their moment, so that the rest of the key has to tell them apart."""
    return at(minutes=-5 * (number // SEVERAL_AT_ONE_MOMENT))


def a_consensus(number: int) -> Row:
    return consensus(f"C{number % 17:02}", float(number), moment(number))


def an_article(number: int) -> Row:
    dates = {} if number % 3 else {"published_at": None}
    return article(number, moment(number), **dates)


def a_metric(number: int) -> Row:
    return metric("fear", f"s{number % SEVERAL_AT_ONE_MOMENT}", float(number), moment(number))


def a_transfer(number: int) -> Row:
    return transfer(number // 2, moment(number), event_index=number % 2, blockchain="btc" if number % 3 else "eth")


LISTS: dict[str, tuple[str, str, Callable[[int], Row], tuple[str, ...]]] = {
    "consensus": ("consensus_prices", "consensus", a_consensus, ("timestamp", "symbol")),
    "news": ("news_articles", "news", an_article, ("url",)),
    "metrics?name=fear": ("sentiment_metrics", "metrics", a_metric, ("timestamp", "source")),
    "transfers": ("whale_transactions", "transfers", a_transfer, ("blockchain", "transaction_hash", "event_index")),
}


def pages(data: Data, question: str, limit: int) -> Iterator[dict[str, Any]]:
    following: str | None = f"{ROOT}/{question}{'&' if '?' in question else '?'}limit={limit}"
    while following:
        page = data.get(following)
        yield page
        following = page["next"]


@pytest.mark.parametrize("question", LISTS)
def test_the_pages_together_are_the_list_while_new_rows_arrive(question: str, data: Data) -> None:
    """Pages of three end before, after and between any two of the four rows that share a moment."""
    (table, name, row, key), limit = LISTS[question], 3
    data.store(**{table: [row(number) for number in range(20)]})
    whole = data.get(f"{question}{'&' if '?' in question else '?'}limit=200")[name]
    seen: list[dict[str, Any]] = []
    for arrived, page in enumerate(pages(data, question, limit), 1):
        assert 1 <= len(page[name]) <= limit
        seen += page[name]
        data.store(**{table: [row(-SEVERAL_AT_ONE_MOMENT * arrived)]})
    assert seen == whole
    assert len({tuple(one[column] for column in key) for one in seen}) == 20
    assert len(data.get(f"{question}{'&' if '?' in question else '?'}limit=200")[name]) > 20


def test_the_newest_of_all_metrics_are_paged_too_while_they_change(data: Data) -> None:
    data.store(sentiment_metrics=[metric(f"m{number % 5}", f"s{number // 5}", 1.0) for number in range(20)])
    seen = []
    for arrived, page in enumerate(pages(data, "metrics", 3), 1):
        seen += [(one["metric_name"], one["source"]) for one in page["metrics"]]
        data.store(sentiment_metrics=[metric("m0", "s0", 2.0, at(minutes=arrived))])
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 20


def test_the_next_page_asks_the_same_question(data: Data) -> None:
    data.store(news_articles=[article(number, language="fa" if number % 2 else "en") for number in range(9)])
    articles = [one for page in pages(data, "news?language=fa&q=title%20", 2) for one in page["news"]]
    assert [one["language"] for one in articles] == ["fa"] * 4


def test_a_list_that_just_fits_has_no_next_page(data: Data) -> None:
    data.store(consensus_prices=[a_consensus(number) for number in range(5)])
    assert data.get("consensus?limit=5")["next"] is None
    assert data.get("consensus?limit=4")["next"] is not None


KEYS: tuple[Key, ...] = (
    {"timestamp": datetime, "symbol": str},
    {"timestamp": datetime, "blockchain": str, "transaction_hash": str, "event_index": int},
)


@given(
    cursor=st.one_of(
        st.text(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inside: st.lists(inside, max_size=4),
        ).map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")),
    ),
    key=st.sampled_from(KEYS),
)
def test_a_cursor_that_was_made_up_belongs_to_no_list(cursor: str, key: Key) -> None:
    with pytest.raises(InvalidQuery, match="begin without one"):
        Page(10, cursor, ROOT, ()).goes_on(Filters(), key)


@pytest.mark.parametrize(
    "place",
    [
        '["2026-11-24T12:00:00+00:00", "\\ud800", "x", 1]',
        '["2026-11-24T12:00:00", "bitcoin", "x", 1]',
        '["0001-01-01T00:00:00+14:00", "bitcoin", "x", "1"]',
        f'["2026-11-24T12:00:00+00:00", "bitcoin", "x", {2**63}]',
        '["2026-11-24T12:00:00+00:00", "bitcoin", "x", true]',
        '["2026-11-24T12:00:00+00:00", "bitcoin", "x"]',
        "[[[[]]]]",
    ],
)
def test_a_cursor_that_nearly_fits_is_refused_as_well(place: str, past: Data) -> None:
    cursor = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    assert "begin without one" in past.refusal(f"transfers?cursor={cursor}", 422)


@pytest.mark.parametrize("question", ["consensus", "news", "metrics", "transfers"])
def test_a_cursor_of_another_list_is_refused(question: str, past: Data) -> None:
    other = "transfers" if question != "transfers" else "news"
    cursor = past.get(f"{other}?limit=1")["next"].rpartition("cursor=")[2]
    assert "begin without one" in past.refusal(f"{question}?cursor={cursor}", 422)
