"""What a source sends costs a collection bounded memory, and never its log."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.forked import Command

ASKED = {"binance_us", "aster", "bit2me", "backpack"}
MOST_MEGABYTES = 450
MEGABYTE = 1024 * 1024
EMPTY_OBJECTS = b"[" + b"{}," * (MEGABYTE // 3) + b"{}]"
LONG_NAMES = json.dumps([{f"{number}{'x' * 100_000}": {"y" * 100_000: [{"z" * 100_000: 1}]} for number in range(20)}])


def collected(folder: Path, *bodies: bytes, asked: Collection[str] = ASKED) -> tuple[int, list[dict[str, object]]]:
    """The megabytes that a collection of a few sources took at most, and what it says of each; hosts take turns with the bodies."""
    turns, of_host = itertools.cycle(bodies), dict[str, bytes]()

    def answer(request: ServedRequest) -> ServedResponse:
        body = of_host.get(request.host) or of_host.setdefault(request.host, next(turns))
        return ServedResponse(200, {"content-type": "application/json"}, body)

    templates.data_folder(folder)
    with running_server(answer) as gateway:
        collecting = Command(
            "collect", "ui", "--json", data_dir=folder, gateway_url=gateway, sources_off=all_but(asked)
        )
        done = collecting.ended()
    sources: list[dict[str, object]] = json.loads(done.stdout)["sources"]
    return collecting.peak_bytes // MEGABYTE, sources


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "crypto_data.duckdb"), read_only=True) as bank:
        return bank.execute(query).fetchall()


def test_a_million_entries_that_cannot_be_read_are_counted_and_not_kept(tmp_path: Path) -> None:
    megabytes, sources = collected(tmp_path, EMPTY_OBJECTS, asked=["binance_us"])
    assert megabytes < MOST_MEGABYTES
    counted = dict(rows(tmp_path, "SELECT endpoint, rejected FROM data_collections"))
    kept = dict(rows(tmp_path, "SELECT endpoint, count(*) FROM rejected_rows GROUP BY endpoint"))
    assert counted["binance_us.tickers"] == MEGABYTE // 3 + 1
    assert kept["binance_us.tickers"] == 20
    assert {source["outcome"] for source in sources} <= {"unparseable", "empty", "error_in_body"}


def test_long_names_deep_nesting_and_long_errors_leave_a_short_log(tmp_path: Path) -> None:
    bodies = (LONG_NAMES.encode(), b"[" * 200_000, json.dumps({"error": "e" * MEGABYTE}).encode())
    megabytes, sources = collected(tmp_path, *bodies)
    assert megabytes < MOST_MEGABYTES
    assert len(sources) >= len(bodies)
    assert all(len(str(source["error"])) <= 500 for source in sources)
    assert rows(tmp_path, "SELECT coalesce(max(len(fields)), 0) < 100000 FROM source_health") == [(True,)]
    assert rows(tmp_path, "SELECT count(*) FROM data_collections") == [(len(sources),)]
