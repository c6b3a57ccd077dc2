"""The back-fill as a run of Dagster's."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg

from crypto_pipeline.collection.backfill.wish import Wish
from crypto_pipeline.orchestration.backfill import fill_the_past
from crypto_pipeline.orchestration.backfill_planning import backfill_plan
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.schema.jobs import BACKFILL_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.collection.backfill.walked import Exchange, exchange
from crypto_pipeline_tests.orchestration.bank import Bank

WISH = {"ops": {"fill_the_past": {"config": {"symbols": "BTC", "since": "2026-01-01", "until": "2026-03-01"}}}}


def test_beside_another_back_fill_a_run_asks_nothing_and_says_why_whatever_its_tags(
    tmp_path: Path, empty_database: Path
) -> None:
    """Dagster holds runs back by their tags; one without any, as a person may launch it, meets the lock."""
    server = Exchange()

    @dg.job(name=BACKFILL_JOB)
    def without_tags() -> None:
        fill_the_past()

    with running_server(server.answer) as gateway, dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway, symbols="BTC")
        shutil.copy(empty_database, settings.database)
        sources = Sources(settings, [exchange()])
        resources = build_defs(settings=settings, resources={"sources": sources}).resources
        defs = dg.Definitions(jobs=[without_tags], resources=resources)
        data = Bank(settings, defs, instance)
        with only_run_of(BACKFILL_JOB, settings.locks, patience=0):
            refused = data.run(BACKFILL_JOB, run_config=WISH)
        assert (refused.success, server.asked) == (False, [])
        (failure,) = [event for event in refused.all_events if event.is_step_failure]
        said = failure.step_failure_data.user_failure_data
        assert said
        assert "another run of backfill is under way" in str(said.description)
        assert data.run(BACKFILL_JOB, run_config=WISH).success
        assert server.asked


def test_the_plan_knows_from_the_exchanges_list_when_a_market_opened(tmp_path: Path, empty_database: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    shutil.copy(empty_database, settings.database)
    store = warehouse_for(settings)
    since, until = (datetime(year, 3, 1, tzinfo=timezone.utc) for year in (2025, 2026))
    wish = Wish("candles", ("BTC",), since, until, ("1h",))
    (before,) = backfill_plan(wish, settings=settings, declared=[exchange()], warehouse=store).estimates
    row = {"source": "past", "kind": "spot", "market": "BTCUSDT", "symbol": "BTC", "fetched_at": until}
    store.merge({"listings": [{**row, "listed_at": until - timedelta(days=50)}]})
    (known,) = backfill_plan(wish, settings=settings, declared=[exchange()], warehouse=store).estimates
    assert known.at_most == 0 < before.at_most
    assert known.pages == 2 + 13  # of a hundred candles each: the days lie on two, the hours on twelve and a piece
    page = {"endpoint": "past.candles", "ask": "BTC 1h", "from_at": since, "to_at": until, "outcome": "ok"}
    store.merge({"history_pages": [{**page, "first_at": since, "last_at": since, "fetched_at": until}]})
    walk = backfill_plan(wish, settings=settings, declared=[exchange()], warehouse=store).walk
    assert [one.opened for one in walk.series] == [None, None]
