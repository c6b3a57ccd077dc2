"""The sources commands: the list, the budget, a check, everything about one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crypto_pipeline.cli.app import app
from crypto_pipeline.cli.parts import UsageError
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.settings import load_settings
from crypto_pipeline.sources import kit
from crypto_pipeline.sources.kit import Budget, Endpoint, Provider, discover
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.command import command_of, run_here
from crypto_pipeline_tests.project import environment


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command in this process, with a data folder of its own."""

    def run(*arguments: str, **settings: str) -> Result:
        monkeypatch.chdir(tmp_path)
        wanted = environment(tmp_path, **settings)
        for name in os.environ.keys() - wanted.keys():
            monkeypatch.delenv(name)
        for name, value in wanted.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("typer.testing._get_command", command_of)
        return CliRunner().invoke(app, ["sources", *arguments])

    return run


def said(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with running_replay() as replay:
        yield replay


class TestTheList:
    def test_it_has_every_declared_endpoint_with_the_names_that_programs_rely_on(
        self, run: Callable[..., Result]
    ) -> None:
        listed = said(run("--json"))
        assert [one["id"] for one in listed] == [endpoint.id for endpoint in discover()]
        assert set(listed[0]) == {
            "id", "provider", "host", "table", "cadence_minutes", "needs_key", "key_env", "enabled", "pool", "docs",
        }  # fmt: skip
        assert next(one for one in listed if one["id"] == "kraken.ticker") == {
            "id": "kraken.ticker",
            "provider": "kraken",
            "host": "api.kraken.com",
            "table": "market_prices,cached_market_data,book_snapshots",
            "cadence_minutes": 5,
            "needs_key": False,
            "key_env": None,
            "enabled": True,
            "pool": None,
            "docs": "https://docs.kraken.com/api/docs/rest-api/get-ticker-information",
        }

    def test_it_is_filtered_by_table_host_key_and_what_is_off(self, run: Callable[..., Result]) -> None:
        assert {one["id"] for one in said(run("--host", "api.kraken.com", "--json"))} == {
            "kraken.ticker",
            "kraken.candles",
            "kraken.books",
            "kraken.markets",
        }
        assert all("gas_prices" in one["table"].split(",") for one in said(run("--table", "gas_prices", "--json")))
        assert all(one["needs_key"] for one in said(run("--needs-key", "--json")))
        off = said(run("--off", "--json", sources_off="kraken.ticker"))
        assert "kraken.ticker" in {one["id"] for one in off}
        assert not any(one["enabled"] for one in off)

    def test_people_get_a_table_and_a_count(self, run: Callable[..., Result]) -> None:
        result = run("--host", "api.kraken.com")
        assert "kraken.ticker" in result.stdout
        assert result.stdout.endswith("4 endpoints, 4 on\n")

    def test_a_table_that_there_is_not_is_a_mistake(self, run: Callable[..., Result]) -> None:
        result = run("--table", "prices")
        assert isinstance(result.exception, UsageError)
        assert str(result.exception) == "There is no table prices; see 'crypto-pipeline tables'."


class TestTheBudget:
    def test_each_host_has_its_day_beside_what_it_allows_the_fullest_first(self, run: Callable[..., Result]) -> None:
        result = run("--budget", "--json")
        days = said(result)
        assert result.exit_code == 0
        shares = [day["share_percent"] for day in days]
        assert shares == sorted(shares, reverse=True)
        kraken = next(day for day in days if day["host"] == "api.kraken.com")
        assert kraken["allowed_a_day"] == 86_400
        assert kraken["requests_a_day"] > 288

    def test_what_is_tracked_and_wanted_decides_how_much_is_asked(self, run: Callable[..., Result]) -> None:
        (day,) = said(run("--budget", "--host", "api.kraken.com", "--json", symbols="BTC", intervals="1h"))
        assert day["requests_a_day"] == 288 + 96 + 96 + 4  # prices; candles and a book; the list of markets

    def test_what_is_off_asks_nobody(self, run: Callable[..., Result]) -> None:
        assert said(run("--budget", "--host", "api.kraken.com", "--json", sources_off="kraken")) == []

    def test_people_read_that_no_host_gets_too_many(self, run: Callable[..., Result]) -> None:
        assert run("--budget", "--host", "api.kraken.com").stdout.endswith("1 hosts, none gets more than it allows\n")

    def test_too_many_for_a_host_is_exit_code_3(
        self, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        greedy = Provider("greedy", "https://greedy.example", budget=Budget(100, 86_400))
        greedy.endpoint(Quote, "/ticker", name="ticker")(lambda payload: [])
        monkeypatch.setattr(kit, "discover", lambda: tuple(greedy.endpoints))
        result = run("--budget")
        assert result.exit_code == 3
        assert result.stdout.endswith("1 hosts, too many for greedy.example\n")


class TestACheck:
    def test_sources_that_answer_are_reachable_and_all_is_well(
        self, run: Callable[..., Result], replay: Replay
    ) -> None:
        result = run("check", "kraken.ticker", "coinbase.products", "--json", gateway_url=replay.base_url)
        assert [(one["id"], one["verdict"], one["well"]) for one in said(result)] == [
            ("coinbase.products", "reachable", True),
            ("kraken.ticker", "reachable", True),
        ]
        assert all(one["milliseconds"] > 0 and one["rows"] > 0 and one["why"] is None for one in said(result))
        assert result.exit_code == 0

    def test_one_that_is_not_well_is_exit_code_3(self, run: Callable[..., Result]) -> None:
        with running_replay(faults=["api.kraken.com/0/public/Ticker=403"]) as replay:
            result = run("check", "kraken", "--json", gateway_url=replay.base_url)
        assert [(one["id"], one["verdict"], one["status_code"]) for one in said(result)] == [
            ("kraken.books", "reachable", 200),
            ("kraken.candles", "reachable", 200),
            ("kraken.markets", "reachable", 200),
            ("kraken.ticker", "blocked", 403),
        ]
        assert result.exit_code == 3

    def test_it_can_be_written_as_an_option(self, run: Callable[..., Result], replay: Replay) -> None:
        for arguments in (["--check", "kraken.ticker", "--json"], ["--json", "--check", "kraken.ticker"]):
            assert [one["id"] for one in said(run(*arguments, gateway_url=replay.base_url))] == ["kraken.ticker"]

    def test_without_ids_all_that_are_on_are_asked(self, run: Callable[..., Result], replay: Replay) -> None:
        result = run(
            "--check", "--host", "kraken.com", "--json", gateway_url=replay.base_url, sources_off="kraken.candles"
        )
        asked = {one["id"] for one in said(result)}
        assert "kraken.ticker" in asked
        assert "kraken.candles" not in asked

    def test_a_source_that_is_off_is_asked_when_it_is_named(self, run: Callable[..., Result], replay: Replay) -> None:
        result = run("--check", "kraken.ticker", "--json", gateway_url=replay.base_url, sources_off="kraken")
        assert [one["verdict"] for one in said(result)] == ["reachable"]

    def test_people_get_a_table_and_a_count(self, run: Callable[..., Result], replay: Replay) -> None:
        result = run("check", "kraken.ticker", gateway_url=replay.base_url)
        assert "reachable" in result.stdout
        assert result.stdout.endswith("1 checked, 1 well\n")

    def test_nothing_is_stored(self, run: Callable[..., Result], replay: Replay, tmp_path: Path) -> None:
        run("check", "kraken.ticker", gateway_url=replay.base_url)
        assert list(tmp_path.iterdir()) == []

    def test_a_source_that_there_is_not_is_one_sentence_and_exit_code_2(self, tmp_path: Path) -> None:
        result = run_here("sources", "--check", "kraken.tickr", data_dir=tmp_path)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.startswith("There is no source kraken.tickr; did you mean kraken.ticker")
        assert result.stderr.count("\n") == 1


class TestShow:
    def test_everything_about_one_is_told(self, run: Callable[..., Result]) -> None:
        facts = said(run("show", "kraken.candles", "--json", symbols="BTC", intervals="1h"))
        assert facts["requests"] == [
            {"method": "GET", "url": "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=60", "body": None}
        ]
        assert facts["budget"] == "60 requests a minute"
        assert facts["requests_a_day"] == 96
        assert facts["table"] == "cached_ohlc"
        assert facts["recording"].endswith("recordings/kraken/candles.json")
        assert facts["rows"][0]["table"] == "cached_ohlc"
        assert facts["outcomes"] == []

    def test_a_key_is_named_and_not_shown(self, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COINALYZE_API_KEY", "very-secret-key")
        result = run("show", "coinalyze.open_interest", "--json")
        assert said(result)["key"] == "COINALYZE_API_KEY, required, sent as the header api_key"
        assert said(result)["key_is_set"] is True
        assert "very-secret-key" not in result.stdout

    def test_the_other_members_of_its_pool_are_told_in_their_order(self, run: Callable[..., Result]) -> None:
        facts = said(run("show", "publicnode_ethereum.gas", "--json"))
        others = [endpoint for endpoint in discover() if endpoint.pool == facts["pool"] and endpoint.id != facts["id"]]
        assert facts["pool_members"] == [
            endpoint.id for endpoint in sorted(others, key=lambda endpoint: (endpoint.priority, endpoint.id))
        ]
        assert facts["requests"][0]["method"] == "POST"

    def test_its_last_outcomes_come_from_the_database_the_newest_first(self, run: Callable[..., Result]) -> None:
        run("show", "kraken.ticker")
        began = datetime(2026, 11, 23, tzinfo=timezone.utc)
        outcomes = ["timeout"] * 5 + ["ok"] * 8
        warehouse_for(load_settings()).merge(
            {
                "data_collections": [
                    {
                        "endpoint": endpoint,
                        "provider": "kraken",
                        "job": "ui_data_collection",
                        "started_at": began + timedelta(minutes=5 * number),
                        "outcome": outcome,
                        "run_id": f"run {number}",
                        "collected_at": began,
                    }
                    for number, outcome in enumerate(outcomes)
                    for endpoint in ("kraken.ticker", "kraken.candles")
                ]
            }
        )
        shown = said(run("show", "kraken.ticker", "--json"))["outcomes"]
        assert [one["outcome"] for one in shown] == ["ok"] * 8 + ["timeout"] * 2
        assert shown[0]["started_at"] == "2026-11-23T01:00:00+00:00"

    def test_people_read_it_line_by_line(self, run: Callable[..., Result]) -> None:
        shown = run("show", "coingecko.simple_price").stdout
        for word in (
            "GET https://api.coingecko.com/",
            "COINGECKO_DEMO_API_KEY, optional",
            "5 requests a minute",
            "docs",
        ):
            assert word in shown
        assert "The recording becomes:" in shown

    @pytest.mark.parametrize("endpoint", discover()[::9], ids=lambda endpoint: endpoint.id)
    def test_any_endpoint_can_be_shown(self, run: Callable[..., Result], endpoint: Endpoint) -> None:
        result = run("show", endpoint.id)
        assert result.exit_code == 0
        assert endpoint.host in result.stdout

    def test_a_source_that_there_is_not_is_a_mistake(self, run: Callable[..., Result]) -> None:
        assert "did you mean kraken.ticker" in str(run("show", "kraken.tickr").exception)


def test_where_no_source_is_meant_a_sentence_says_so_and_a_program_gets_an_empty_list(
    run: Callable[..., Result],
) -> None:
    nothing = run("--host", "nosuch")
    assert (nothing.exit_code, nothing.output) == (
        0,
        "No source is like that; 'crypto-pipeline sources' lists all of them.\n",
    )
    assert json.loads(run("--host", "nosuch", "--json").output) == []
