"""The page about sharing a PostgreSQL: its queries have an answer there, after a collection."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.docs.reading import pages
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.postgres import Server, new_database

PAGE = next(page for page in pages() if page.name == "docs/sharing.md")
QUERIES = [block.code for block in PAGE.blocks if block.language == "sql"]


@pytest.fixture(scope="module")
def collected_hub(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with new_database(postgres) as hub, running_replay(latency=0.0) as replay:
        run = run_here(
            "collect",
            "ui",
            data_dir=templates.data_folder(tmp_path_factory.mktemp("machine")),
            database_url=hub,
            gateway_url=replay.base_url,
            sources_off=all_but({"kraken"}),
        )
        assert run.returncode == 0, run.stderr
        yield hub


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_for_other_tools_has_an_answer(query: str, collected_hub: str) -> None:
    with psycopg.connect(collected_hub) as connection:
        assert connection.execute(query).fetchall()


def test_there_are_queries_for_other_tools() -> None:
    assert len(QUERIES) >= 3
