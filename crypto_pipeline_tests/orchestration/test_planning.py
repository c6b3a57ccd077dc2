"""What a plan is made of, each part by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.orchestration.planning import (
    OVER_BEFORE_THE_NEXT_RUN,
    budget_periods,
    collection_plan,
    keys,
    median_prices,
    normalisation_context,
    previous_state,
    sources_of,
    spent_by_host,
)
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import USUAL_BUDGET, Budget, Endpoint, Key, Payload, Provider, Rows, get
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.previous_state import Recalled, Spent

AT = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def endpoint(name: str, *, budget: Budget = USUAL_BUDGET, key: Key | None = None, weight: int = 1) -> Endpoint:
    provider = Provider(name, f"https://{name}.example", budget=budget, key=key)

    @provider.endpoint(Quote, get("/ticker", weight=weight))
    def ticker(payload: Payload) -> Rows:
        return []

    return provider.endpoints[0]


def test_for_a_consensus_the_sources_of_prices_are_asked_and_for_nothing_else() -> None:
    assert sources_of({"consensus_prices", "gas_prices"}) == {"consensus_prices", "market_prices", "gas_prices"}
    assert sources_of({"gas_prices"}) == {"gas_prices"}


@pytest.mark.parametrize(("job", "seconds"), [(UI_JOB, 11), (HISTORICAL_JOB, 44)])
def test_each_job_has_its_own_time(tmp_path: Path, job: str, seconds: float) -> None:
    settings = Settings(data_dir=tmp_path, ui_seconds=11, historical_seconds=44)
    plan = Sources(settings, [endpoint("one")]).plan({"consensus_prices"}, job, warehouse_for(settings))
    assert plan.seconds == seconds
    assert plan.tables == {"consensus_prices"}
    assert [one.id for one in plan.endpoints] == ["one.ticker"]


def test_the_price_published_is_the_median_of_its_sources() -> None:
    latest = [
        {"symbol": "BTC", "price": 1.0},
        {"symbol": "ETH", "price": 7.0},
        {"symbol": "BTC", "price": 90.0},
        {"symbol": "BTC", "price": 2.0},
    ]
    assert median_prices(latest) == {"BTC": 2.0, "ETH": 7.0}


def test_a_budget_that_is_over_before_the_next_run_is_not_asked_for() -> None:
    short = endpoint("short", budget=Budget(5, OVER_BEFORE_THE_NEXT_RUN - 1))
    long = endpoint("long", budget=Budget(5, OVER_BEFORE_THE_NEXT_RUN))
    assert budget_periods([short, long]) == {"long.example": 30}


def test_requests_of_earlier_runs_count_with_their_weight_and_those_of_a_source_that_is_no_more_do_not() -> None:
    spent = [Spent("heavy.ticker", AT, 3), Spent("gone.ticker", AT, 9), Spent("heavy.ticker", AT, 1)]
    assert spent_by_host(spent, [endpoint("heavy", weight=10), endpoint("light")]) == {
        "heavy.example": [(AT, 30), (AT, 10)]
    }


def test_keys_are_those_of_sources_that_want_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_API_KEY", "s3cret")
    secret = endpoint("secret", key=Key("SECRET_API_KEY", header="x-key"))
    assert keys([secret, endpoint("open")], Settings(data_dir=tmp_path)) == {"SECRET_API_KEY": "s3cret"}


def test_the_password_of_a_gateway_is_a_key_and_no_row_names_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, gateway_url="https://me:s3cret@gateway.example/out")
    assert keys([endpoint("open")], settings) == {"CRYPTO_PIPELINE_GATEWAY_URL": "s3cret"}
    assert "s3cret" not in repr(settings)
    sources = Sources(settings, [])
    plan = sources.plan({"market_prices"}, UI_JOB, warehouse_for(settings))
    collector = Collector(replace(plan, endpoints=(endpoint("one"),)))
    for _ in stream(collector, lambda: Client(user_agent="test", gateway_url="http://127.0.0.1:9", back_off_seconds=0)):
        pass
    (row,) = sources.log_rows(collector, UI_JOB)["data_collections"]
    assert row["gateway"] == "https://gateway.example/out"


def test_what_dollar_coins_trade_for_comes_before_what_somebody_publishes_as_a_rate(tmp_path: Path) -> None:
    rate = {"currency": "EUR", "usd_per_unit": 1.1, "timestamp": AT}
    published = {"currency": "USDT", "usd_per_unit": 0.5, "timestamp": AT}
    trades = [
        {"source": f"s{number}", "symbol": "USDT", "quote": "USD", "price": 0.999, "provider": f"s{number}"}
        for number in range(9)
    ]
    previous = Recalled(rates=[rate, published])
    settings = Settings(data_dir=tmp_path)
    without = collection_plan([], (), 1, settings=settings, declared=[], previous=previous)
    assert without.context.usd_per_unit == {"EUR": 1.1, "USDT": 0.5}
    assert without.rates == (rate, published)
    context = normalisation_context(settings, Recalled(rates=[rate, published], latest_prices=trades))
    assert context.usd_per_unit == {"EUR": 1.1, "USDT": 0.999}
    assert context.prices == {"USDT": 0.999}


def test_a_database_that_cannot_be_read_is_a_warning_and_no_obstacle(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.database.write_bytes(b"this is no database" * 1000)
    assert previous_state(warehouse_for(settings), [endpoint("one")]) == Recalled()
    (message,) = caplog.messages
    assert message.startswith("Collecting without the memory of earlier runs: ")
