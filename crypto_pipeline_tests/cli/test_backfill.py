"""The command that fills the past: it counts, asks for what is missing, and asks for nothing twice."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.forked import Command, crypto_pipeline
from crypto_pipeline_tests.waiting import until

KLINES = "api.binance.com/api/v3/klines"
CANDLES = "www.okx.com/api/v5/market/history-candles"
BTC = ("candles", "--symbols", "BTC", "--since", "2025-11-01", "--until", "2025-12-01", "--provider", "binance")
"""Pages of a thousand."""
LITTLE = ("candles", "--symbols", "BTC", "--since", "2025-11-01", "--until", "2025-11-06", "--provider", "okx")
"""Pages of a hundred: for what does not depend on how much there is."""


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """All sources, well."""
    with running_replay() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return templates.data_folder(tmp_path)


@pytest.fixture
def held(folder: Path) -> Iterator[Path]:
    """The same, with the file open in this process all the time: each command opens it several times otherwise, which is a good
    part of what it takes. Not where another process wants the file."""
    with DuckDBWarehouse(Settings(data_dir=folder).database).open():
        yield folder


def test_what_was_counted_is_asked_for_once_and_then_nothing(replay: Replay, held: Path) -> None:
    run = partial(run_here, data_dir=held, gateway_url=replay.base_url)
    wish = (*BTC, "--interval", "1h")
    before = replay.requests[KLINES]
    counted = json.loads(run("backfill", *wish, "--dry-run", "--json").stdout)
    assert replay.requests[KLINES] == before
    assert [one["requests"] - one["requests_at_most"] for one in counted] == [1]  # the days, of which none is in doubt
    first = run("backfill", *wish, "--json")
    assert first.returncode == 0, first.stderr
    assert (
        replay.requests[KLINES] - before == sum(one["requests"] for one in counted) == json.loads(first.stdout)["pages"]
    )
    again = run("backfill", *wish, "--json")
    assert (again.returncode, json.loads(again.stdout)["pages"]) == (0, 0)
    assert replay.requests[KLINES] - before == json.loads(first.stdout)["pages"]
    (days, hours) = json.loads(run("backfill", "status", "--json").stdout)
    assert (days["interval"], hours["interval"], hours["series"], hours["unsettled"]) == ("1d", "1h", 1, 0)
    rows = run(
        "query",
        "SELECT count(*) AS hours, count(DISTINCT timestamp) AS moments FROM cached_ohlc WHERE interval = '1h'"
        " AND timestamp >= '2025-11-01' AND timestamp < '2025-12-01'",
        "--json",
    )
    assert json.loads(rows.stdout) == [{"hours": 720, "moments": 720}]


def test_lists_of_markets_are_asked_first_so_that_what_is_counted_is_what_is_asked(replay: Replay, held: Path) -> None:
    """JUP is younger than OKX: its list says so, and no page before that is counted or asked for."""
    lists = "www.okx.com/api/v5/public/instruments"
    run = partial(run_here, data_dir=held, gateway_url=replay.base_url)
    wish = ("candles", "--symbols", "JUP", "--since", "2023-01-01", "--provider", "okx")
    before = replay.requests[CANDLES], replay.requests[lists]
    (counted,) = json.loads(run("backfill", *wish, "--dry-run", "--json").stdout)
    assert (replay.requests[CANDLES] - before[0], replay.requests[lists] - before[1]) == (0, 2)  # spot and perpetuals
    assert counted["requests_at_most"] == 0
    filled = run("backfill", *wish, "--json")
    assert filled.returncode == 0, filled.stderr
    assert replay.requests[CANDLES] - before[0] == counted["requests"] < 5
    assert replay.requests[lists] - before[1] == 2


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (("candles", "--symbols", "BITCION"), "symbols names a coin that nobody knows"),
        (("candles", "--provider", "nobody"), "nobody has no past of candles"),
        (("candles", "--interval", "7m"), "There are no candles of '7m'"),
        (("candles", "--since", "yesterday"), "is no date; write it as 2021-01-31"),
        (("candles", "--since", "2999-01-01"), "lies ahead"),
        (("candles", "--until", "2999-01-01"), "lies ahead"),
        (("candles", "--since", "2024-02-01", "--until", "2024-01-01"), "is not before until 2024-01-01"),
        (("weather",), "There is no past of 'weather'"),
        (("repair", "--provider", "binance"), "it takes no --provider"),
    ],
)
@pytest.mark.parametrize("dry", [("--dry-run",), ()], ids=["dry run", "for real"])
def test_what_cannot_be_meant_gets_one_sentence(
    wish: tuple[str, ...], sentence: str, dry: tuple[str, ...], folder: Path
) -> None:
    ended = run_here("backfill", *wish, *dry, data_dir=folder)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stdout == ""


def test_what_tells_of_everything_takes_no_wish(folder: Path) -> None:
    ended = run_here("backfill", "status", "--since", "2021-01-01", data_dir=folder)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "backfill status concerns everything that was asked for; it takes no --since." in ended.stderr


def test_a_source_is_known_whatever_the_size_of_its_letters_and_no_name_is_the_best(replay: Replay, held: Path) -> None:
    def counted(*provider: str) -> str:
        command = ("backfill", *BTC[:-2], *provider, "--dry-run", "--json")
        return run_here(*command, data_dir=held, gateway_url=replay.base_url).stdout

    assert json.loads(counted("--provider", " Binance")) == json.loads(counted("--provider", "binance")) != []
    assert counted("--provider", "") == counted("--provider", "best") == counted()


def test_a_market_whose_name_went_to_another_coin_is_two_facts_and_coins_of_the_past_are_kept_when_asked_for(
    replay: Replay, held: Path
) -> None:
    """LUNAUSDT was LUNC until May 2022; MATIC was exchanged for POL in September 2024. None of them is among the tracked coins.

    The time that is asked for ends in the page of a thousand days in which it begins.
    """
    run = partial(run_here, data_dir=held, gateway_url=replay.base_url, symbols="BTC", request_seconds="300")
    wish = ("--since", "2022-05-01", "--until", "2024-10-01", "--provider", "binance")
    filled = run("backfill", "candles", "--symbols", "LUNC,LUNA,MATIC,POL", *wish, "--json")
    assert filled.returncode == 0, filled.stderr
    asked = run(
        "query",
        "SELECT symbol, count(*) > 15 AS has_days, min(timestamp) >= '2022-05-31' AS is_after_the_split,"
        " count(*) FILTER (timestamp BETWEEN '2022-05-14' AND '2022-05-30') AS between_the_two,"
        " max(timestamp) < '2024-09-11' AS ended FROM cached_ohlc GROUP BY ALL ORDER BY symbol",
        "--json",
    )
    assert [tuple(one.values()) for one in json.loads(asked.stdout)] == [
        ("LUNA", True, True, 0, False),
        ("LUNC", True, False, 0, False),
        ("MATIC", True, False, 17, True),
        ("POL", True, True, 0, False),
    ]


def test_stopped_it_keeps_what_came_and_the_same_command_goes_on_from_there(replay: Replay, folder: Path) -> None:
    """Once by Ctrl-C, once as services are stopped. The days have come when it is stopped the first time; the hours hang."""
    command = ("backfill", *LITTLE, "--interval", "1h")
    before = replay.requests[CANDLES]
    asked: list[str] = []
    with running_server(partial(_hours_hang, replay, asked)) as url:
        for ending in (signal.SIGINT, signal.SIGTERM):
            asked.clear()
            run = Command(*command, data_dir=folder, gateway_url=url, request_seconds="300")
            _until_hours_are_asked_for(run, asked)
            run.send_signal(ending)
            ended = run.ended()
            assert ended.returncode == 3, ended.stderr
            assert "What has come is stored" in ended.stderr
            assert "the same command continues where it was" in ended.stderr
    days = replay.requests[CANDLES] - before
    assert days == 1  # what had come when it was stopped the first time was not asked for a second time
    database = partial(run_here, "query", data_dir=folder)
    assert database("SELECT DISTINCT interval FROM cached_ohlc", "--csv").stdout.split() == ["interval", "1d"]
    again = run_here(*command, "--json", data_dir=folder, gateway_url=replay.base_url)
    assert again.returncode == 0, again.stderr
    assert replay.requests[CANDLES] - before - days == json.loads(again.stdout)["pages"]
    assert "1h" in database("SELECT DISTINCT interval FROM cached_ohlc", "--csv").stdout


def _until_hours_are_asked_for(run: Command, asked: list[str]) -> None:
    until(lambda: any("bar=1H" in query for query in asked) or run.poll() is not None)
    assert run.poll() is None


def _hours_hang(replay: Replay, asked: list[str], request: ServedRequest) -> ServedResponse:
    asked.append(request.query)
    return ServedResponse(delay=math.inf) if "bar=1H" in request.query else replay.answer(request)


def test_where_lines_are_kept_it_says_how_much_is_missing_and_nothing_when_nothing_is(
    replay: Replay, held: Path
) -> None:
    run = partial(run_here, "backfill", *LITTLE, data_dir=held, gateway_url=replay.base_url)
    first = run()
    assert "The past: 1 page of 1 source is missing" in first.stderr
    assert first.stdout.startswith("1 page, ")
    again = run()
    assert (again.stdout, again.stderr) == ("Nothing was asked: everything is there\n", "")


def test_a_pause_that_a_back_fill_is_told_is_kept_by_collections_in_other_processes_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    """Binance says 429 with a time, once to a back-fill, once to a collection; the other one then leaves the host alone."""
    off = ",".join(sorted({one.provider.name for one in discover()} - {"binance", "kraken"}))
    settings = {"symbols": "BTC", "sources_off": off, "intervals": "1d"}
    for first, second in ((("backfill", *BTC), ("collect", "ui")), (("collect", "ui"), ("backfill", *BTC))):
        folder = templates.data_folder(tmp_path / first[0])
        with running_replay(faults=["api.binance.com=429:600"]) as replay:
            where = {"gateway_url": replay.base_url, **settings}
            crypto_pipeline(*first, data_dir=folder, **where)
            replay.clear_faults()
            before = of_binance(replay)
            assert before
            ended = run_here(*second, data_dir=folder, **where)
            assert of_binance(replay) == before, ended.stdout
    outcomes = run_here(
        "query",
        "SELECT DISTINCT outcome FROM data_collections WHERE endpoint LIKE 'binance.%' AND outcome <> 'switched_off'",
        "--json",
        data_dir=tmp_path / "backfill",
    )
    assert json.loads(outcomes.stdout) == [{"outcome": "backing_off"}]
    for folder in (tmp_path / "backfill", tmp_path / "collect"):  # whoever is told, it is kept
        pauses = run_here("query", "SELECT host FROM host_pauses", "--json", data_dir=folder)
        assert json.loads(pauses.stdout) == [{"host": "api.binance.com"}]


def of_binance(replay: Replay) -> int:
    """Requests that have reached the host."""
    return sum(count for place, count in replay.requests.items() if place.startswith("api.binance.com/"))


def test_where_nothing_can_be_reached_the_exit_code_says_so_and_nothing_is_called_settled(held: Path) -> None:
    run = partial(run_here, data_dir=held, gateway_url="http://127.0.0.1:9", request_seconds="2")
    ended = run("backfill", *LITTLE, "--json")
    assert ended.returncode == 4
    assert json.loads(ended.stdout)["pages"] == 0
    assert json.loads(ended.stdout)["pages_left"] > 0
    stopped = json.loads(ended.stdout)["stopped"]
    with open_instance(Settings(data_dir=held)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("history_pages"))
    assert event
    assert event.asset_materialization
    metadata = event.asset_materialization.metadata
    assert stopped
    assert (metadata["stopped"].value, metadata["stopped_in_all"].value) == (stopped, len(stopped))
