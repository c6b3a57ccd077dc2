"""The command, as a person and a script use it."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.replay.recorded import RECORDINGS as FOLDER
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.everything import Everything
from crypto_pipeline_tests.few import ALL_BUT_FEW, all_but
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.project import free_port


@contextmanager
def sources(*faults: str) -> Iterator[str]:
    """The address of a replay server that answers at once."""
    with running_replay(faults=faults, latency=0.0) as replay:
        yield replay.base_url


def test_a_collection_ends_with_one_json_object_whose_counts_are_those_of_sql(everything: Everything) -> None:
    """Of every source, in a process of its own, as a script calls it."""
    summary = everything.summary
    assert summary["status"] == "success"
    tables = {table["name"]: table for table in summary["tables"]}
    assert len(summary["sources"]) > 500
    with duckdb.connect(str(everything.data / "crypto_data.duckdb"), read_only=True) as connection:
        for name, table in tables.items():
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchall() == [(table["inserted"],)], name
        logged = connection.execute("SELECT endpoint, outcome, rows FROM data_collections ORDER BY endpoint").fetchall()
        assert logged == sorted((one["id"], one["outcome"], one["rows"]) for one in summary["sources"])
        duplicates = "SELECT source, symbol, timestamp FROM market_prices GROUP BY ALL HAVING count(*) > 1"
        assert connection.execute(duplicates).fetchall() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return templates.data_folder(tmp_path)


def test_a_table_without_data_gives_exit_code_3(folder: Path) -> None:
    settings = {"sources_off": all_but({"coinbase_exchange", "frankfurter"}), "symbols": "BTC"}
    with sources("api.frankfurter.dev=404") as gateway:
        run = run_here("collect", "ui", data_dir=folder, gateway_url=gateway, **settings)
    assert run.returncode == 3, run.stdout + run.stderr
    assert "exchange_rates" in run.stdout
    assert "missing" in run.stdout


def test_without_any_network_it_says_so_in_one_sentence_names_the_demo_and_gives_exit_code_4(folder: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gateway = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        off = all_but({"frankfurter"})
        run = run_here("collect", "ui", data_dir=folder, gateway_url=gateway, request_seconds="1", sources_off=off)
    assert run.returncode == 4
    assert "No source could be reached" in run.stderr
    assert "make demo" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_saved_answer_is_shown_as_the_rows_it_becomes() -> None:
    answer = FOLDER / "kraken" / "ticker.json"
    run = run_here("parse", "kraken.ticker", str(answer), data_dir=Path("unused"))
    assert run.returncode == 0
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    bitcoin = next(row for row in rows if row["table"] == "market_prices" and row["symbol"] == "BTC")
    assert set(bitcoin) <= {"table", *TABLES["market_prices"].column_names}
    assert bitcoin["source"] == "kraken"
    same = run_here("parse", "kraken.ticker", "-", data_dir=Path("unused"), stdin=answer.read_text())
    assert len(same.stdout.splitlines()) == len(rows)


def test_rates_turn_local_money_into_dollars_and_what_is_guessed_is_said(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    answer.write_text(
        '{"error": [], "result": {"BTC/JPY": {"c": ["14000000"], "v": ["1", "2"], "p": ["1", "1"], "l": ["1", "1"], "h": ["1", "1"]}}}'
    )
    run = run_here("parse", "kraken.ticker", str(answer), "--rate", "jpy=0.0064", data_dir=tmp_path)
    assert [json.loads(line)["price_usd"] for line in run.stdout.splitlines()[:1]] == [89_600]
    assert "guessed: it says no time, so its rows are of now; --at says when it came" in run.stderr
    when = ("--at", "2026-11-23T12:00:00Z")
    dated = run_here("parse", "kraken.ticker", str(answer), "--rate", "JPY=0.0064", *when, data_dir=tmp_path)
    assert "guessed" not in dated.stderr
    assert json.loads(dated.stdout.splitlines()[0])["timestamp"] == "2026-11-23T12:00:00+00:00"


def test_a_page_of_history_is_parsed_within_its_window(tmp_path: Path) -> None:
    hour = 1_795_392_000
    answer = tmp_path / "answer.json"
    answer.write_text(
        json.dumps([[(hour + n * 3600) * 1000, "1", "2", "1", "2", "5", 0, "9", 1, "1", "1", "0"] for n in range(3)])
    )
    run = run_here("parse", "binance.candles", str(answer), "--since", str(hour + 3600), data_dir=tmp_path)
    assert len(run.stdout.splitlines()) == 2
    assert "guessed: it does not say which request it answers; read as 'BTC 1h'" in run.stderr
    assert run.stderr.count("outside the window") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("parse", "kraken.ticker", "-", "--rate", "JPY"), "--rate 'JPY' is no rate; JPY=0.0064 is one"),
        (("parse", "kraken.ticker", "-", "--rate", "JPY=-1"), "--rate 'JPY=-1' is no rate"),
        (("parse", "kraken.ticker", "-", "--rate", "=1"), "--rate '=1' is no rate"),
        (("parse", "kraken.ticker", "-", "--at", "soon"), "--at 'soon' is no time; 2026-11-23T12:00:00Z is one."),
        (("parse", "kraken.ticker", "-", "--at", "32"), "--at '32' is no time"),
        (("parse", "kraken.ticker", "-", "--since", "2026-11-23", "--until", "2026-11-22"), "is not before"),
        (("parse", "binance.candles", "-", "--ask", "ETH 7d"), "has no request 'ETH 7d'"),
        (("parse", "kraken.ticker", "-"), "kraken.ticker gives no row from this answer"),
        (("parse", "kraken.ticker", "."), "cannot be read: Is a directory."),
        (("parse", "krakn.ticker", "x.json"), "did you mean kraken.ticker"),
        (("parse", "kraken.ticker", "nowhere.json"), "nowhere.json cannot be read: No such file or directory."),
        (("query", "SELECT 1"), "There is no database at"),
        (("sources", "--table", "prices"), "There is no table prices"),
        (("collect", "everything"), "'everything' is not one of"),
        (("replay", "--fault", "nonsense"), "nonsense"),
    ],
)
def test_a_mistake_gets_one_clear_sentence_and_exit_code_2(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    run = run_here(*arguments, data_dir=tmp_path)
    assert run.returncode == 2, run.stdout + run.stderr
    assert says in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ui_port": "99999"}, "CRYPTO_PIPELINE_UI_PORT='99999' cannot be used"),
        ({"sources_off": "krakn"}, "CRYPTO_PIPELINE_SOURCES_OFF: There is no source krakn"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str], says: str, tmp_path: Path) -> None:
    run = run_here("sources", data_dir=tmp_path, **settings)
    assert (run.returncode, says in run.stderr, "Traceback" in run.stderr) == (2, True, False)


def test_a_file_that_is_no_database_is_refused_and_left_alone(folder: Path) -> None:
    notes = folder / "notes.txt"
    notes.write_text("not a database, and longer than nothing")
    nobody = f"http://127.0.0.1:{free_port()}"
    off = all_but({"frankfurter"})
    run = run_here("collect", "ui", data_dir=folder, database_url=str(notes), gateway_url=nobody, sources_off=off)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert str(notes) in run.stderr
    assert notes.read_text() == "not a database, and longer than nothing"


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = run_here("up", data_dir=tmp_path, ui_port=str(port))
    assert run.returncode == 2
    assert f"Port {port} is in use by another program" in run.stderr
    assert not (tmp_path / "crypto_data.duckdb").exists()


def test_queries_are_answered_as_a_table_csv_or_json(tmp_path: Path) -> None:
    database = DuckDBWarehouse(Path(shutil.copy(templates.empty_database(), tmp_path / "crypto_data.duckdb")))
    database.merge({"consensus_prices": [{"symbol": "BTC", "price_usd": 90_512.5, "timestamp": utc_now()}]})
    sql = "SELECT symbol, price_usd, timestamp FROM consensus_prices"
    (row,) = json.loads(run_here("query", sql, "--json", data_dir=tmp_path).stdout)
    assert row["symbol"] == "BTC"
    assert row["timestamp"].endswith("+00:00")
    header, line = run_here("query", sql, "--csv", data_dir=tmp_path).stdout.splitlines()
    assert header == "symbol,price_usd,timestamp"
    assert line.startswith(f"BTC,{row['price_usd']}")
    assert "BTC" in run_here("query", sql, data_dir=tmp_path).stdout
    rejected = run_here("query", "DELETE FROM consensus_prices", data_dir=tmp_path)
    assert (rejected.returncode, "Traceback" in rejected.stderr) == (2, False)


def test_the_tables_are_listed_with_their_columns(tmp_path: Path) -> None:
    listed = json.loads(run_here("tables", "--json", data_dir=tmp_path).stdout)
    assert {table["name"] for table in listed} == set(TABLES)
    assert {"name", "group", "columns", "key", "write", "keep_days"} <= set(listed[0])
    assert set(listed[0]["columns"][0]) == {"name", "type", "unit", "comment"}


@pytest.mark.slow
def test_kills_in_the_middle_of_runs_leave_whole_batches_and_a_next_run_that_works(tmp_path: Path) -> None:
    with sources() as gateway:
        for number in range(KILLS):
            run = Command("collect", "ui", data_dir=tmp_path, gateway_url=gateway, sources_off=ALL_BUT_FEW)
            _wait_for_growth(tmp_path, run, number)
            run.kill()
        last = run_here("collect", "ui", "--json", data_dir=tmp_path, gateway_url=gateway, sources_off=ALL_BUT_FEW)
    assert last.returncode == 0, last.stderr
    with duckdb.connect(str(tmp_path / "crypto_data.duckdb"), read_only=True) as connection:
        halves = (
            "SELECT p.run_id FROM market_prices p LEFT JOIN cached_market_data c USING (run_id)"
            " GROUP BY p.run_id HAVING count(DISTINCT p.symbol) = 0"
        )
        assert connection.execute(halves).fetchall() == []
        for table in ("market_prices", "cached_market_data", "gas_prices", "connection_attempts", "data_collections"):
            key = ", ".join(TABLES[table].key)
            twice = f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1"
            assert connection.execute(twice).fetchall() == [], table


KILLS = 2
"""One as the file is made, one as rows are written to it; the whole twenty are in bench/kills.py."""


def _wait_for_growth(folder: Path, run: Command, number: int) -> None:
    """Until the run has begun to write, and a little longer each time."""
    database = folder / "crypto_data.duckdb"
    before = database.stat().st_mtime_ns if database.exists() else 0
    while run.poll() is None and not (database.exists() and database.stat().st_mtime_ns != before):
        time.sleep(0.01)
    time.sleep(0.005 * number)
