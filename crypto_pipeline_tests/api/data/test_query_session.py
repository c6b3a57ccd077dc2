"""Answering within bounds: not twice for nothing, not for long, and not with the file in somebody else's way."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.api.data import query_session
from crypto_pipeline.api.data.prices import prices
from crypto_pipeline.api.data.query_session import Reader, Reading
from crypto_pipeline.api.data.response_cache import OVERHEAD_BYTES, CachedResponse, ResponseCache
from crypto_pipeline.api.data.shapes import Answer
from crypto_pipeline.api.errors import Overloaded
from crypto_pipeline.warehouse import DatabaseBusy, QueryLimitExceeded
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.api.data.asking import Data, data_in
from crypto_pipeline_tests.api.data.rows import at, consensus
from crypto_pipeline_tests.holding import held_by_another_process

ENDLESS = "SELECT count(*) FROM range(1_000_000_000) AS a, range(1_000_000_000) AS b WHERE hash(a.range, b.range) = 1"


@pytest.fixture
def data(tmp_path: Path, empty_database: Path) -> Iterator[Data]:
    """With a file of its own, which is closed: when it is opened is what is looked at here."""
    shutil.copy(empty_database, tmp_path)
    with data_in(tmp_path) as data:
        yield data


@pytest.fixture(scope="module")
def with_a_price(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The file of a database with one price, to be copied."""
    folder = tmp_path_factory.mktemp("price")
    shutil.copy(empty_database, folder)
    with data_in(folder) as data:
        data.store(consensus_prices=[consensus("BTC", 100.0)])
        return data.settings.database


@pytest.fixture
def stored(data: Data, with_a_price: Path) -> Data:
    shutil.copy(with_a_price, data.settings.database)
    return data


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows each time that a database is opened for an answer."""
    times: list[str] = []
    really = DuckDBWarehouse.reading

    @contextmanager
    def reading_(self: DuckDBWarehouse) -> Iterator[DuckDBWarehouse]:
        times.append("opened")
        with really(self) as warehouse:
            yield warehouse

    monkeypatch.setattr(DuckDBWarehouse, "reading", reading_)
    return times


@pytest.mark.parametrize("question", ["prices", "overview", "tables", "history?symbol=BTC", "sources", "news"])
def test_what_has_not_changed_is_not_sent_again_and_the_database_is_not_opened(
    question: str, stored: Data, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_795_521_600.0)  # the minute must not end within the test
    first = stored.ask(question)
    assert first.headers["cache-control"] == "no-cache"
    again = stored.ask(question, If_None_Match=f'"other", {first.headers["etag"]}')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert stored.ask(question).content == first.content
    assert opened == ["opened"]


def test_a_new_row_makes_a_new_answer(stored: Data) -> None:
    first = stored.ask("prices")
    stored.store(consensus_prices=[consensus("BTC", 101.0, at(minutes=5))])
    second = stored.ask("prices", If_None_Match=first.headers["etag"])
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.json()["prices"][0]["price_usd"] == 101.0


def test_an_answer_that_depends_on_the_time_of_day_is_made_anew_each_minute_and_no_other(
    stored: Data, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = ("overview", "tables", "history?symbol=BTC")
    still = ("prices", "history?symbol=BTC&from=2026-11-24&to=2026-11-25", "news", "sources")
    for minute in range(3):
        monkeypatch.setattr(time, "time", lambda minute=minute: 1_795_521_600.0 + 60 * minute)
        for question in (*moving, *still):
            stored.get(question)
    assert len(opened) == 3 * len(moving) + len(still)


def test_two_questions_never_share_an_answer(stored: Data) -> None:
    stored.store(consensus_prices=[consensus("ETH", 7.0)])
    answers = {question: stored.ask(question) for question in ("prices?symbol=BTC", "prices?symbol=ETH", "prices")}
    assert len({answer.headers["etag"] for answer in answers.values()}) == 3
    assert [one["symbol"] for one in answers["prices?symbol=ETH"].json()["prices"]] == ["ETH"]


def test_while_another_program_holds_the_file_304_still_comes_and_what_was_answered_before_says_its_age(
    stored: Data,
) -> None:
    before = stored.ask("prices")
    with held_by_another_process(stored.settings.database):
        assert stored.ask("prices", If_None_Match=before.headers["etag"]).status_code == 304
        assert stored.ask("prices").content == before.content
        stored.settings.database.touch()  # as if that program had written
        late = stored.ask("prices", If_None_Match=before.headers["etag"])
        unknown = stored.ask("news")
    assert late.status_code == 200
    assert "etag" not in late.headers
    assert late.json().pop("stale_seconds") >= 0
    assert {**late.json(), "stale_seconds": None} == before.json()
    assert (unknown.status_code, set(unknown.json())) == (503, {"detail"})
    assert "open in another program" in unknown.json()["detail"]
    assert int(unknown.headers["retry-after"]) >= 1
    assert stored.get("prices")["stale_seconds"] is None


def test_a_question_that_takes_too_long_is_given_up_with_a_word_on_what_would_do(
    stored: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_session, "SECONDS", 0.2)
    monkeypatch.setattr("crypto_pipeline.api.data.consensus.require_coin", _endless)
    answer = stored.ask("consensus?symbol=NOPE")
    assert answer.status_code == 503
    assert "ask for a shorter time, for one coin" in answer.json()["detail"]
    monkeypatch.setattr(query_session, "SECONDS", 600.0)
    assert stored.get("prices")["prices"]


def test_the_time_is_for_all_queries_of_an_answer_together(stored: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_session, "SECONDS", 0.0)
    for _ in range(20):  # the interruption may come before DuckDB has begun
        with pytest.raises(QueryLimitExceeded):
            Reader(stored.settings).reply("?", _endless)


def test_a_question_that_does_not_come_to_its_turn_is_told_so(stored: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(stored.settings)
    remembered = json.loads(reader.reply("?known", prices).body or b"")
    monkeypatch.setattr(query_session, "WAIT_SECONDS", 0.05)
    stored.settings.database.touch()
    entered, done = threading.Barrier(query_session.MAX_CONCURRENT + 1), threading.Event()

    def slow(_: Reading) -> Answer:
        entered.wait()
        done.wait()
        return Answer()

    others = [threading.Thread(target=reader.reply, args=(f"?{n}", slow)) for n in range(query_session.MAX_CONCURRENT)]
    for other in others:
        other.start()
    entered.wait()
    try:
        with pytest.raises(Overloaded):
            reader.reply("?unknown", prices)
        late = reader.reply("?known", prices)
    finally:
        done.set()
        for other in others:
            other.join()
    assert late.etag is None
    assert {**json.loads(late.body or b""), "stale_seconds": None} == remembered
    assert reader.reply("?unknown", prices).etag


def test_many_who_ask_the_same_at_once_are_answered_by_one_reading(stored: Data, opened: list[str]) -> None:
    reader = Reader(stored.settings)
    bodies: list[bytes | None] = []
    askers = [threading.Thread(target=lambda: bodies.append(reader.reply("?", prices).body)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(set(bodies)) == 1
    assert len(opened) <= query_session.MAX_CONCURRENT


def test_replayed_answers_say_so(with_a_price: Path) -> None:
    with data_in(with_a_price.parent, demo=True) as data:
        assert data.get("prices")["demo"] is True


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a database, and longer than nothing")
    with data_in(tmp_path, database_url=str(notes)) as data:
        assert data.ask("prices").status_code == 503
        assert f"{notes} is not a DuckDB file" in data.ask("prices").json()["detail"]


def test_a_heavy_question_makes_do_with_little_memory(stored: Data) -> None:
    def sort_much(asked: Reading) -> Answer:
        query = "SELECT count(*) FROM (SELECT range, md5(range::VARCHAR) AS text FROM range(300_000) ORDER BY text)"
        assert asked.value(query) == 300_000
        (limit,) = asked.rows("SELECT current_setting('memory_limit') AS text")
        assert limit["text"].startswith("45.7 MiB")
        return Answer()

    Reader(stored.settings).reply("?", sort_much)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 4_000)), max_size=40))
def test_what_is_remembered_never_outgrows_its_bounds(puts: list[tuple[str, int]]) -> None:
    memory = ResponseCache(at_most_bytes=10_000)
    for question, size in puts:
        memory.put(question, CachedResponse(b"x" * size, "", 0.0))
        assert memory.bytes <= 10_000
    kept = [memory.get(question) for question in "abcdefgh"]
    assert memory.bytes == sum(1 + len(one.body) + OVERHEAD_BYTES for one in kept if one)
    if puts:
        question, size = puts[-1]
        found = memory.get(question)
        assert found
        assert len(found.body) == size


def test_what_was_asked_least_lately_is_forgotten_first() -> None:
    memory = ResponseCache(at_most_bytes=2 * (OVERHEAD_BYTES + 101))
    for question in "ab":
        memory.put(question, CachedResponse(b"x" * 100, "", 0.0))
    memory.get("a")
    memory.put("c", CachedResponse(b"x" * 100, "", 0.0))
    assert [bool(memory.get(question)) for question in "abc"] == [True, False, True]


def test_an_answer_that_is_larger_than_the_memory_is_not_kept() -> None:
    memory = ResponseCache(at_most_bytes=1_000)
    memory.put("a", CachedResponse(b"x" * 1_000, "", 0.0))
    assert (memory.get("a"), memory.bytes) == (None, 0)


def test_busy_is_raised_where_nothing_is_remembered(stored: Data) -> None:
    reader = Reader(stored.settings)
    with held_by_another_process(stored.settings.database), pytest.raises(DatabaseBusy):
        reader.reply("?", prices)


def _endless(asked: Reading, *_: object) -> Answer:
    asked.rows(ENDLESS)
    return Answer()


def test_the_time_that_a_question_waited_before_is_part_of_its_two_seconds(
    stored: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_session, "SECONDS", 600.0)
    with pytest.raises(QueryLimitExceeded):
        Reader(stored.settings).reply("?", _endless, arrived=time.monotonic() - 600)
