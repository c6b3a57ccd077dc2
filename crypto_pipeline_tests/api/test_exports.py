"""Whole tables as files, and questions in SQL over HTTP."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import anyio
import duckdb
import httpx
import pytest

from crypto_pipeline.api import exports
from crypto_pipeline.databank import confined, confinement
from crypto_pipeline.databank.confined import Reply, Task
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.api.data.asking import ClientOfOne, client_of_one
from crypto_pipeline_tests.api.test_away import Client

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
PROVIDERS = [
    {"name": f"source{number}", "host": f"host{number}", "collected_at": NOON - timedelta(days=number), "run_id": "r"}
    for number in range(3)
]
PRICES = [
    {
        "symbol": symbol,
        "timestamp": NOON - timedelta(hours=12 - hour),
        "price_usd": 100.0 + hour,
        "collected_at": NOON,
        "run_id": "r",
    }
    for hour in range(12)
    for symbol in ("BTC", "ETH")
]


IN_ITS_PROCESS = confinement._run


def _in_this_one(task: Task, folder: str) -> Reply:
    try:
        return confined.answer(task)
    except WarehouseError as error:
        return Reply(error=type(error).__name__, message=str(error))


@pytest.fixture(scope="module", autouse=True)
def _questions_are_answered_here() -> Iterator[None]:
    """A process for each takes a third of a second to begin; what one may do is in databank/test_confinement.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confinement, "_run", _in_this_one)
        yield


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(data_dir=tmp_path_factory.mktemp("bank"))
    shutil.copy(templates.empty_database(), chosen.database)
    warehouse_for(chosen).merge({"providers": PROVIDERS, "consensus_prices": PRICES})
    return chosen


@pytest.fixture(scope="module")
def client(settings: Settings) -> ClientOfOne:
    return client_of_one(settings)


def get(client: Client, path: str, **headers: str) -> httpx.Response:
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def post(client: Client, query: str, **headers: str) -> httpx.Response:
    given = {"content-type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return anyio.run(client._ask, "POST", "/api/sql", {"content": query, "headers": given})


def test_a_table_comes_as_it_is_stored_newest_first(client: Client, tmp_path: Path) -> None:
    answer = get(client, "/api/tables/consensus_prices?symbol=btc&limit=3").json()
    assert (answer["demo"], answer["truncated"]) == (False, True)
    assert [column["name"] for column in answer["columns"]] == list(TABLES["consensus_prices"].column_names)
    assert [row["price_usd"] for row in answer["rows"]] == [111, 110, 109]
    (tmp_path / "all.parquet").write_bytes(get(client, "/api/tables/consensus_prices?format=parquet").content)
    with duckdb.connect() as connection:
        kinds = connection.execute("DESCRIBE FROM read_parquet($p)", {"p": str(tmp_path / "all.parquet")}).fetchall()
    assert [(name, kind) for name, kind, *_ in kinds] == [
        (one.name, one.type) for one in TABLES["consensus_prices"].columns
    ]


def test_a_range_of_time_narrows_a_table(client: Client) -> None:
    asked_for = "/api/tables/consensus_prices?symbol=ETH&from=2026-11-24T03:00&to=2026-11-24T05:00&format=csv"
    answer = get(client, asked_for)
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["timestamp"] for line in lines] == ["2026-11-24T04:00:00+00:00", "2026-11-24T03:00:00+00:00"]
    assert answer.headers["x-truncated"] == "false"
    assert answer.headers["content-disposition"] == 'attachment; filename="consensus_prices.csv"'
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_who_has_the_file_gets_it_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/api/tables/providers?format=csv"
    tag = get(client, address).headers["etag"]
    monkeypatch.setattr(exports, "answered", None)  # nothing is started
    assert get(client, address, If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(("limit", "truncated"), [(2, "true"), (3, "false"), (4, "false")])
def test_a_table_of_which_all_rows_came_is_not_cut(client: Client, limit: int, truncated: str) -> None:
    answer = get(client, f"/api/tables/providers?format=csv&limit={limit}")
    assert (answer.headers["x-truncated"], len(answer.text.splitlines())) == (truncated, 1 + min(limit, 3))


def test_who_names_no_number_gets_a_thousand_rows(client: Client) -> None:
    answer = get(client, "/api/sql?query=FROM range(1001)").json()
    assert (len(answer["rows"]), answer["truncated"]) == (1000, True)


def test_a_question_has_at_most_fifty_thousand_characters(client: Client) -> None:
    longest = f"SELECT 1 -- {'x' * (50_000 - len('SELECT 1 -- '))}"
    assert post(client, longest).json()["rows"] == [{"1": 1}]
    assert post(client, f"{longest}x").status_code == 422


def test_another_format_or_another_number_of_rows_is_another_answer(client: Client) -> None:
    asked_for = ("providers?format=csv", "providers?format=csv&limit=2", "providers", "alerts?format=csv")
    tags = [get(client, f"/api/tables/{one}").headers["etag"] for one in (*asked_for, asked_for[0])]
    assert len(set(tags)) == len(asked_for)
    several = get(client, f"/api/tables/{asked_for[0]}", If_None_Match=f'"other", {tags[0]}')
    assert several.status_code == 304


def test_a_table_is_old_or_new_by_its_feed_else_by_a_time_in_its_key_else_by_its_collection() -> None:
    by_time = {"market_prices": "timestamp", "news_articles": "published_at", "funding_rates": "funding_at"}
    by_key = {"candle_gaps": "from_at", "alerts": "first_seen_at", "price_answers": "tick"}
    by_collection = dict.fromkeys(("providers", "connection_attempts", "source_health"), "collected_at")
    known = {**by_time, **by_key, **by_collection}
    assert {name: exports.time_column(name) for name in known} == known


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_time_by_which_its_rows_are_new(name: str) -> None:
    assert exports.time_column(name) in TABLES[name].column_names


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/api/tables/nothing", 404, "There is no table 'nothing'; /api/data/tables has their names."),
        ("/api/tables/providers?symbol=BTC", 422, "symbol: providers has no coins."),
        ("/api/tables/providers?colour=red", 422, "There is no parameter 'colour' here; there is symbol, from, to, "),
        ("/api/tables/providers?limit=1000001", 422, "limit: should be less than or equal to 1000000"),
        ("/api/sql", 422, "The parameter query is needed."),
        ("/api/sql?query=DROP%20TABLE%20providers", 422, "Only one SELECT at a time can be run here"),
        ("/api/sql?query=SELECT%20nothing", 422, "The query cannot be run: Binder Error"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(path: str, status: int, sentence: str, client: Client) -> None:
    answer = get(client, path)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])
    assert answer.json()["detail"].startswith(sentence)


def test_a_question_in_sql_is_answered_in_a_process_of_its_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "_run", IN_ITS_PROCESS)
    query = "SELECT symbol, count(*) AS prices FROM consensus_prices GROUP BY ALL ORDER BY ALL -- two coins"
    for answer in (client.get("/api/sql", params={"query": query}), post(client, query)):
        assert answer.status_code == 200, answer.text
        assert answer.json()["rows"] == [{"symbol": "BTC", "prices": 12}, {"symbol": "ETH", "prices": 12}]


def test_the_setting_bounds_its_rows(settings: Settings) -> None:
    client = client_of_one(Settings(data_dir=settings.data_dir, sql_rows=5))
    answer = get(client, "/api/sql?query=FROM%20consensus_prices&limit=10").json()
    assert (len(answer["rows"]), answer["truncated"]) == (5, True)


@pytest.mark.parametrize(
    ("setting", "host", "headers", "status"),
    [
        ("loopback", "127.0.0.1", {}, 200),
        ("loopback", "0.0.0.0", {}, 403),
        ("loopback", "127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403),
        ("loopback", "127.0.0.1", {"Via": "1.1 proxy"}, 403),
        ("loopback", "127.0.0.1", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("loopback", "127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("on", "127.0.0.1", {"Sec-Fetch-Site": "same-site"}, 403),
        ("on", "0.0.0.0", {}, 200),
        ("on", "127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 200),
        ("off", "127.0.0.1", {}, 403),
    ],
)
def test_who_may_ask_in_sql(setting: Any, host: str, headers: dict[str, str], status: int, tmp_path: Path) -> None:
    client = client_of_one(Settings(data_dir=tmp_path, sql=setting, api_host=host, api_token=""))
    assert client.get("/api/sql/questions", headers=headers).status_code == status
    refused = client.get("/api/sql", params={"query": "SELECT 1"}, headers=headers)
    assert (refused.status_code == 403) is (status == 403)


def test_a_page_of_elsewhere_cannot_post_a_question(client: Client) -> None:
    assert post(client, "SELECT 1", Origin="https://evil.example").status_code == 403


def test_the_ready_questions_come_with_sql_that_can_be_asked(client: Client) -> None:
    ready = {one["name"]: one for one in get(client, "/api/sql/questions").json()["questions"]}
    assert len(ready) > 15
    assert ready["price-history"]["chart"]["kind"] == "line"
    assert not [name for name, one in ready.items() if "$" in one["sql"]]
    assert post(client, ready["budgets"]["sql"]).status_code == 200


def test_while_a_file_is_being_made_another_one_waits_for_its_turn_and_not_for_ever(
    client: ClientOfOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "WAIT_SECONDS", 0.01)
    made = client.exports
    with made._one_at_a_time():
        refused = get(client, "/api/tables/providers?format=parquet")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    assert get(client, "/api/tables/providers?format=parquet").status_code == 200
