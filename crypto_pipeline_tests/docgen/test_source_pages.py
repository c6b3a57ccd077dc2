"""The page of all sources, which nothing drops out of silently."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from crypto_pipeline.databank.source_facts import needs_a_key
from crypto_pipeline.docgen.source_pages import NOBODY_VOUCHES, sources_markdown, what_it_gives, why_off
from crypto_pipeline.schema.rows import Metric, Quote
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.excluded import LEFT_OUT
from crypto_pipeline.sources.kit import Endpoint, Key, Provider, discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
OFF, LEFT, KEYS = "Off by default and why", "What was left out and why", "Needs a free key"


@cache
def page() -> str:
    return sources_markdown(discover(), LEFT_OUT)


def section(title: str) -> str:
    return page().split(f"\n## {title}\n")[1].split("\n## ")[0]


def sections_of_tables() -> list[str]:
    return [title for title in re.findall(r"^## (.+)$", page(), re.MULTILINE) if title in TABLES]


def ids_in(text: str) -> list[str]:
    return re.findall(r"\| \[([\w.]+)\]\(", text)


def test_every_endpoint_is_on_the_page_once_and_no_other() -> None:
    assert sorted(name for table in sections_of_tables() for name in ids_in(section(table))) == sorted(ENDPOINTS)


def test_every_endpoint_stands_under_the_first_of_its_tables() -> None:
    for table in sections_of_tables():
        assert {ENDPOINTS[name].tables[0] for name in ids_in(section(table))} == {table}


def test_every_provider_is_on_the_page() -> None:
    on_the_page = {ENDPOINTS[name].provider.name for name in ids_in(page())}
    assert on_the_page == {endpoint.provider.name for endpoint in discover()}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_was_left_out_is_on_the_page_with_its_reason(name: str) -> None:
    assert f"| {name} | {LEFT_OUT[name]} |" in section(LEFT)


def test_the_counts_are_those_of_the_declarations() -> None:
    keyless = [endpoint for endpoint in discover() if endpoint.on_by_default and not needs_a_key(endpoint)]
    assert (
        f"{len(ENDPOINTS)} endpoints at {len({endpoint.host for endpoint in discover()})} hosts are declared." in page()
    )
    assert (
        f"{len(keyless)} of them, at {len({endpoint.host for endpoint in keyless})} hosts, are asked without any key"
        in page()
    )


def test_every_key_is_named_with_what_it_opens() -> None:
    for endpoint in discover():
        if endpoint.key:
            (line,) = (line for line in section(KEYS).splitlines() if line.startswith(f"| `{endpoint.key.env}` |"))
            assert f"`{endpoint.id}`" in line
            assert line.endswith("| not asked |" if endpoint.key.required else "| asked, within tighter limits |")


def test_every_endpoint_that_is_off_says_why() -> None:
    assert ids_in(section(OFF)) == [
        endpoint.id
        for endpoint in sorted(discover(), key=lambda endpoint: (endpoint.host, endpoint.id))
        if not endpoint.on_by_default
    ]
    assert all(line.split(" | ")[1].strip(" |") for line in section(OFF).splitlines() if line.startswith("| ["))


def test_every_row_has_as_many_cells_as_its_table() -> None:
    for block in page().split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1, rows[0]


def test_what_a_source_gives_is_read_from_its_recorded_answer() -> None:
    assert (
        what_it_gives(ENDPOINTS["kraken.ticker"])
        == "price, volume, high, low; also for [book_snapshots](#book_snapshots)"
    )
    assert what_it_gives(ENDPOINTS["kraken.candles"]).startswith("1m 5m 15m 30m 1h 4h 1d of ")
    assert what_it_gives(ENDPOINTS["btcmarkets.candles"]) == "1m 1h 1d of 4 coins, in AUD"
    assert what_it_gives(ENDPOINTS["decrypt.feed"]) == "English"
    assert what_it_gives(ENDPOINTS["alternative_me.fear_greed"]) == "fear_greed_index"


def example(**facts: Any) -> Endpoint:
    provider = Provider(
        "x", "https://x.example", docs="https://x.example/docs", key=Key("X_KEY", param="k", required=True)
    )
    provider.endpoint((Metric, Quote), "/a", name="a", **facts)(lambda payload: [])
    return provider.endpoints[0]


def test_a_source_without_a_recording_is_on_the_page_all_the_same() -> None:
    page = sources_markdown([example(quirks="a | b <c>", cadence=1440)], {})
    row = next(line for line in page.splitlines() if line.startswith("| `x.example`"))
    assert row == (
        "| `x.example` | [x.a](https://x.example/docs) | also for [market_prices](#market_prices) | 1 day "
        "| 60 requests a minute | `X_KEY`, required |  | a \\| b &lt;c> |"
    )


def test_a_source_that_is_off_and_gives_no_reason_is_said_to_be_unproven() -> None:
    assert why_off(example(on=False)) == NOBODY_VOUCHES
    assert why_off(example(on=False, quirks="It is closing.")) == "It is closing."
    assert why_off(ENDPOINTS["whale_alert.transfers"]) == "Its keys need a subscription."
