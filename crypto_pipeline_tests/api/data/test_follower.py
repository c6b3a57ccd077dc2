"""The reading API says the same of a file that follows a PostgreSQL as of a file that is alone, byte by byte."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.batches import Rows
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.api.data import rows
from crypto_pipeline_tests.api.data.asking import Data, client_of_one
from crypto_pipeline_tests.api.data.rows import at
from crypto_pipeline_tests.api.data.test_every_path import EXAMPLES
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.postgres import Server, new_database

COINS = ("BTC", "ETH")
STORED: dict[str, Rows] = {
    "coins": [{"source": "coingecko", "symbol": "BTC", "name": "Bitcoin", "rank": 1, "collected_at": at()}],
    "consensus_prices": [rows.consensus(coin, 100.1, at(minutes=-5 * n)) for coin in COINS for n in range(3)],
    "cached_market_data": [rows.latest(coin, name, 100.2) for coin in COINS for name in ("kraken", "okx")],
    "market_prices": [rows.price(coin, name, 100.3) for coin in COINS for name in ("kraken", "okx")],
    "cached_ohlc": [rows.candle("kraken", at(days=-n), interval="1d") for n in range(4)],
    "news_articles": [
        rows.article(n, at(hours=-n), language=language) for n, language in enumerate(("fa", "en", "fa"))
    ],
    "sentiment_metrics": [rows.metric("fear", "a", 1 / 3), rows.metric("fear", "b", 2.0)],
    "gas_prices": [rows.fee("ethereum", "a", gas_price_gwei=0.7)],
    "derivatives_metrics": [rows.contract("BTC", "one", funding_rate_8h=0.0001)],
    "whale_transactions": [rows.transfer(1, amount_usd=3e6), rows.transfer(2)],
    "chain_metrics": [rows.chain_metric("mvrv", 1.7)],
    "macro_series": [rows.observation("sp500", 6000.5)],
    "funding_rates": [rows.payment("BTC", "one")],
    "option_metrics": [rows.expiry("BTC", "one", 7)],
    "book_snapshots": [rows.order_book("BTC", "one")],
    "liquidations": [rows.liquidation("BTC", "one", "1")],
    "listings": [rows.listing("BTC", "one")],
    "data_collections": [rows.collection("kraken.ticker", f"run-{n}", "ok", at(minutes=-5 * n)) for n in range(3)],
}


@pytest.fixture(scope="module")
def machines(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[dict[str, Settings]]:
    """A machine with a file alone, that moved the same into a PostgreSQL; and one that follows it."""
    folder = tmp_path_factory.mktemp("machines")
    (folder / "alone").mkdir()
    alone = Settings(_env_file=None, data_dir=folder / "alone")
    shutil.copy(empty_database, alone.database)
    warehouse_for(alone).merge(STORED)
    with new_database(postgres) as hub:
        assert run_here("move-to", hub, data_dir=folder / "alone").returncode == 0
        assert run_here("follow", "--once", data_dir=folder / "follower", database_url=hub).returncode == 0
        follower = alone.model_copy(update={"data_dir": folder / "follower", "database_url": hub})
        yield {"alone": alone, "follower": follower}


def answers(settings: Settings, paths: Collection[str]) -> dict[str, bytes]:
    """What each path answers: the status, and the body as it is sent."""
    data = Data(settings, client_of_one(settings))
    with data.warehouse.reading():
        said = {path: data.ask(EXAMPLES[path].format(run="run-1")) for path in paths}
    return {path: f"{answer.status_code} ".encode() + answer.content for path, answer in said.items()}


def test_every_answer_is_the_same(machines: dict[str, Settings]) -> None:
    alone, follower = (answers(machines[name], EXAMPLES) for name in ("alone", "follower"))
    others = {path for path in EXAMPLES if alone[path] != follower[path]}
    again = answers(machines["alone"], others)  # some say what time it is
    assert {path: follower[path] for path in others if again[path] == alone[path]} == {}
    assert len(others) <= 0.1 * len(EXAMPLES), sorted(others)
    assert sum(alone[path].startswith(b"200") for path in EXAMPLES.keys() - others) >= 25
