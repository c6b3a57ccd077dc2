"""Several machines at once on the same keys, killed at any moment, and a PostgreSQL that is restarted under them."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.hub import connecting
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline_tests.postgres import Server
from crypto_pipeline_tests.program import output_of
from crypto_pipeline_tests.waiting import until
from crypto_pipeline_tests.warehouse.facts import minutes, price, provider
from crypto_pipeline_tests.warehouse.hub import writers
from crypto_pipeline_tests.warehouse.hub.machines import different, machine, rows_of


def run_writers(folder: Path, hub: str, *, merges: int, rounds: int) -> list[tuple[int, int, int]]:
    """What was acknowledged: by which writer, which merge, how many of its rows wait in the spool. All have files, in which
    nothing is: to make one takes as long as many merges, and to be killed in the middle of that is tried without a hub."""
    for writer in range(writers.WRITERS):
        machine(folder, hub, f"machine-{writer}")
    said = json.loads(output_of(writers, str(folder), hub, str(merges), str(rounds)))
    assert said["failed"] == 0
    return [tuple(one) for one in said["acknowledged"]]


def all_end_equal(folder: Path, hub: str) -> None:
    machines = [machine(folder, hub, f"machine-{writer}") for writer in range(writers.WRITERS)]
    for one in machines:
        while one.spooled():
            assert one.drain()
    for one in machines:
        one.follow()
    assert different(hub, *machines) == []
    assert [one.damaged() for one in machines] == [[]] * len(machines)


def runs_logged(hub: str) -> list[str]:
    """Of each batch that was merged, once for each time that it was."""
    place = TABLES["failure_logs"].column_names.index("run_id")
    return [row[place] for row in rows_of(hub, "failure_logs")]


def test_writers_of_the_same_keys_at_once_lose_nothing_and_double_nothing(tmp_path: Path, hub: str) -> None:
    machines = [machine(tmp_path, hub, f"machine-{writer}", lock_seconds=600) for writer in range(writers.WRITERS)]
    written: list[Written] = []

    def write(writer: int) -> None:
        for number in range(3):
            written.extend(machines[writer].merge(writers.batch(writer, number)).values())

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers.WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == writers.WRITERS * 3 * 4
    assert {one.spooled for one in written} == {0}
    all_end_equal(tmp_path, hub)
    assert sorted(runs_logged(hub)) == sorted(f"{writer}-{n}" for writer in range(writers.WRITERS) for n in range(3))
    assert len(rows_of(hub, "market_prices")) == writers.KEYS * 3


@pytest.fixture
def restarted(postgres: Server) -> Server:
    """The server of all tests, which these may stop; each of them starts it again, and it has lost nothing."""
    return postgres


@pytest.mark.slow
def test_an_immediate_restart_loses_nothing_and_doubles_nothing(tmp_path: Path, restarted: Server, hub: str) -> None:
    acknowledged: list[list[tuple[int, int, int]]] = []
    thread = threading.Thread(target=lambda: acknowledged.append(run_writers(tmp_path, hub, merges=3, rounds=1)))
    thread.start()
    until(lambda: len(rows_of(hub, "failure_logs")) >= 3 or not thread.is_alive())
    restarted.stop()
    restarted.start()
    thread.join()
    all_end_equal(tmp_path, hub)
    (said,) = acknowledged
    assert len(said) == 1 + writers.WRITERS * 3
    logs = runs_logged(hub)
    assert sorted(logs) == sorted({f"{writer}-{number}" for writer, number, _ in said})


@pytest.mark.slow
def test_kills_a_restart_and_a_transaction_that_stays_open_leave_hub_and_files_equal_and_whole_batches(
    tmp_path: Path, restarted: Server, hub: str
) -> None:
    acknowledged: list[list[tuple[int, int, int]]] = []
    thread = threading.Thread(target=lambda: acknowledged.append(run_writers(tmp_path, hub, merges=3, rounds=3)))
    thread.start()
    until(lambda: len(rows_of(hub, "failure_logs")) >= 2 or not thread.is_alive())
    restarted.stop()
    restarted.start()
    with psycopg.connect(hub) as late:
        late.execute(
            "INSERT INTO main.market_prices (source, symbol, timestamp, fetched_at, collected_at, run_id) "
            "VALUES ('late', 'BTC', '2026-11-23 12:00+00', now(), now(), 'late')"
        )
        thread.join()  # writers are killed, and begin anew, while it is open
        first = machine(tmp_path, hub, "machine-0")
        first.drain()
        first.follow()
        assert first.read("market_prices", where="source = 'late'") == []
    all_end_equal(tmp_path, hub)
    assert len(first.read("market_prices", where="source = 'late'")) == 1
    (said,) = acknowledged
    assert {f"{writer}-{number}" for writer, number, _ in said} <= set(runs_logged(hub))
    of_writers = first.read("market_prices", columns=["timestamp"], where="source <> 'late'")
    moments = Counter(row["timestamp"] for row in of_writers)
    assert moments == {minutes(number): writers.KEYS for number in range(3)}


def test_batches_wait_while_the_hub_is_away_and_are_merged_exactly_once(
    tmp_path: Path, restarted: Server, hub: str
) -> None:
    here, there = machine(tmp_path, hub, "here", lock_seconds=1), machine(tmp_path, hub, "there")
    here.merge({"providers": [provider("a")]})
    there.follow()
    restarted.stop()
    for number in range(3):
        with here.open() as held:
            held.merge({"market_prices": [price(usd=float(number)), price("ETH", at=number)]})
            held.merge({"providers": [provider("b", collected=number)]})
    assert len(here.spooled()) == 6
    assert [row["price_usd"] for row in here.read("market_prices", where="symbol = 'BTC'")] == [2.0]
    restarted.start()
    there.merge({"market_prices": [price("SOL")]})
    assert here.drain() == 6
    there.follow()
    here.follow()
    assert different(hub, here, there) == []
    assert len(rows_of(hub, "market_prices")) == 5
    assert restarted.execute("SELECT count(*) FROM meta.spooled_batches", hub.rpartition("/")[2]) == [(0,)]
    assert here.problem() is None


def test_a_connection_that_is_held_across_a_restart_is_made_anew(
    tmp_path: Path, restarted: Server, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "FRESH_SECONDS", 0.0)
    with machine(tmp_path, hub).open() as held:
        held.merge({"market_prices": [price()]})
        restarted.stop()
        restarted.start()
        assert held.merge({"market_prices": [price("ETH")]})["market_prices"].inserted == 1
