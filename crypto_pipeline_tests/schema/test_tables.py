"""What is declared fits together."""

from __future__ import annotations

import pytest

from crypto_pipeline.schema.declare import TIME, Table
from crypto_pipeline.schema.rows import Candle, Gas, Price, Quote
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, TABLES_OF_ROW, UI_TABLES, feed_of, feeds

tables = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


@tables
def test_a_key_and_the_column_that_decides_which_row_is_newer_are_columns(table: Table) -> None:
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.column_names)
    assert table.newer_by is None or table.newer_by in table.column_names


@tables
def test_every_row_says_which_run_wrote_it_and_when(table: Table) -> None:
    assert table.column_names[-2:] == ("collected_at", "run_id")


def test_what_a_feed_names_is_there() -> None:
    for name, feed in feeds():
        times = {column.name for column in TABLES[name].columns if column.type == TIME}
        assert {feed.time_column, feed.arrival_column} <= times
        assert {feed.made_of, feed.copy_of} <= {None, *DATA_TABLES}
        assert bool(feed.rows) != bool(feed.made_of), "a table is fed by rows or made of another one"


def test_every_field_of_a_simple_kind_has_its_column() -> None:
    """Quotes, prices, options, books, articles and transfers are made into rows by code of their own."""
    for kind, (name, *others) in TABLES_OF_ROW.items():
        if kind.__name__ in {"Quote", "Price", "Option", "Book", "Article", "Transfer"}:
            continue
        assert others == []
        columns = {column.field or column.name for column in TABLES[name].columns}
        assert set(kind.__annotations__) <= columns, kind


def test_which_tables_a_row_feeds_follows_from_the_declarations() -> None:
    assert TABLES_OF_ROW[Quote] == TABLES_OF_ROW[Price] == ("market_prices", "cached_market_data")
    assert TABLES_OF_ROW[Gas] == ("gas_prices",)
    assert TABLES_OF_ROW[Candle] == ("cached_ohlc",)


def test_the_tables_that_are_collected_and_those_of_the_five_minute_job() -> None:
    assert DATA_TABLES == (
        "market_prices",
        "cached_market_data",
        "coins",
        "cached_ohlc",
        "news_articles",
        "sentiment_metrics",
        "whale_transactions",
        "gas_prices",
        "blockchain_stats",
        "chain_metrics",
        "consensus_prices",
        "exchange_rates",
        "macro_series",
        "derivatives_metrics",
        "dated_futures",
        "funding_rates",
        "liquidations",
        "option_metrics",
        "book_snapshots",
        "listings",
        "defi_metrics",
        "market_overview",
    )
    assert set(UI_TABLES) == {
        "market_prices",
        "cached_market_data",
        "consensus_prices",
        "exchange_rates",
        "gas_prices",
        "sentiment_metrics",
    }


def test_a_group_is_named_for_what_it_holds() -> None:
    assert {name: TABLES[name].group.name for name in DATA_TABLES[DATA_TABLES.index("chain_metrics") :]} == {
        "chain_metrics": "chain",
        "consensus_prices": "consensus",
        "exchange_rates": "fx",
        "macro_series": "macro",
        "derivatives_metrics": "derivatives",
        "dated_futures": "derivatives",
        "funding_rates": "derivatives",
        "liquidations": "derivatives",
        "option_metrics": "derivatives",
        "book_snapshots": "exchanges",
        "listings": "exchanges",
        "defi_metrics": "defi",
        "market_overview": "overview",
    }


@pytest.mark.parametrize("name", ["alerts", "no_such_table"])
def test_only_tables_that_collections_fill_have_a_feed(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        feed_of(name)
