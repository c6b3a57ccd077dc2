"""docs/sources.md: every declared source, as a page for people.

Belongs here: a pure function, declarations and recordings in, Markdown out.
Does not belong here: writing it to its file (docgen/pages.py).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from crypto_pipeline.databank.source_facts import budget_in_words, needs_a_key
from crypto_pipeline.docgen.translations import heading, said
from crypto_pipeline.replay.recorded import RECORDED_AT, filled_rows_of
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources import providers
from crypto_pipeline.sources.kit import Context, Endpoint
from crypto_pipeline.sources.symbols import Universe

Rows: TypeAlias = Sequence[Mapping[str, Any]]
"""What a recorded answer becomes, each row with its table."""

_OPENING = """\
# Sources

<!-- Made from crypto_pipeline/sources/ by `make docs`; change it there. -->

{endpoints} endpoints at {hosts} hosts are declared. Out of the box {keyless} of them, at {keyless_hosts} hosts, are asked without any key;
{keyed} more [once their key is set](#needs-a-free-key); {off} are [off by default](#off-by-default-and-why). \
{left_out} were looked at and [left out](#what-was-left-out-and-why).

- **source** is the name that `crypto-pipeline sources show NAME` and the settings `CRYPTO_PIPELINE_SOURCES_OFF` and `..._ON` take; it leads to the provider's own documentation.
- **every** is the shortest time between two requests for the same thing. Prices, gas and sentiment are collected every 5 minutes, everything else every 15.
- **at most** is the budget that all endpoints of a host share. `crypto-pipeline sources --budget` says how much of it a day uses.
- **pool**: its members say the same thing. One is asked, the next takes over when it fails.
- What a source gives was taken from its recorded answer. Whoever uses its data is bound by its terms; where we know of one that matters, it stands under *worth knowing*."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "market_prices": {
        "price_usd": "price",
        "market_cap": "market cap",
        "volume_24h": "volume",
        "price_change_24h": "change",
        "high_24h": "high",
        "low_24h": "low",
    },
    "gas_prices": {"gas_price": "price", "slow_gas_price": "slow", "standard_gas_price": "standard", "fast_gas_price": "fast", "base_fee": "base fee"},
    "blockchain_stats": {
        name: name.replace("_", " ")
        for name in (
            "latest_block", "total_transactions", "network_hashrate", "difficulty", "transactions_24h", "block_transactions",
            "mempool_transactions", "circulating_supply", "total_supply", "tps", "epoch", "coin_price_usd",
        )
    },
    "derivatives_metrics": {
        "funding_rate": "funding",
        "open_interest": "open interest",
        "open_interest_usd": "open interest",
        "mark_price": "mark price",
        "index_price": "index price",
        "volume_24h_usd": "volume",
    },
    "dated_futures": {"mark_price": "mark price", "open_interest_usd": "open interest"},
    "book_snapshots": {
        "spread_bps": "spread",
        "bid_depth_10bps": "depth",
        "buy_100k_bps": "cost of a large order",
    },
    "liquidations": {"value_usd": "positions closed by force"},
    "listings": {"listed_at": "since when", "delisted_at": "until when", "status": "status"},
    "option_metrics": {
        "atm_iv": "volatility at the money",
        "skew_25d": "skew",
        "put_call_open_interest": "puts over calls",
        "max_pain": "max pain",
    },
    "funding_rates": {"rate": "funding that was paid", "mark_price": "mark price"},
    "market_overview": {
        "total_market_cap_usd": "market cap",
        "total_volume_24h_usd": "volume",
        "market_cap_change_24h": "change",
        "btc_dominance": "dominance",
        "active_coins": "number of coins",
        "active_markets": "number of markets",
    },
}  # fmt: skip
"""What columns are called here, by table, in the order in which they are told."""

_ABOUT: Mapping[str, str] = {
    "gas_prices": "blockchain",
    "blockchain_stats": "blockchain",
    "whale_transactions": "blockchain",
    "chain_metrics": "metric_name",
    "macro_series": "series",
    "sentiment_metrics": "metric_name",
    "defi_metrics": "metric_name",
    "exchange_rates": "currency",
}
"""The column that says what a row is about, where one source tells of few things."""

_LANGUAGES: Mapping[str, str] = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "pt-BR": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "zh-Hans": "Chinese",
    "zh-Hant": "Chinese, traditional",
}

_MOST = 5
"""Things that are named one by one."""

NOBODY_VOUCHES = "Nothing shows that it has answered of late; switch it on to see."
_ADDRESS = re.compile(r"\s*https://\S+")
_WHY_OFF = re.compile(r"\b(?:Off|is off): (.+?\.)(?:\s|$)")


def sources_markdown(declared: Iterable[Endpoint], left_out: Mapping[str, str], language: str = "en") -> str:
    """Every endpoint by the first of its tables and by host; then keys, what is off, and what was left out with its reason."""
    endpoints = sorted(declared, key=lambda endpoint: (endpoint.host, endpoint.id))
    blocks = [_opening(endpoints, left_out, language)]
    for table in TABLES:
        members = [endpoint for endpoint in endpoints if endpoint.tables[0] == table]
        if members:
            blocks.append(_section(table, members, language))
    blocks += [_keys(endpoints, language), _off(endpoints, language), _left_out(left_out, language)]
    return "\n\n".join(blocks) + "\n"


def what_it_gives(endpoint: Endpoint, language: str = "en") -> str:
    """What is in the rows that the recorded answer becomes, in a few words."""
    table, *others = dict.fromkeys(table for table in endpoint.tables if table != "cached_market_data")
    rows = [row for row in filled_rows_of(endpoint) if row["table"] == table]
    phrase = _PHRASES.get(table, _things_and_columns)(endpoint, rows, language)
    also = [said("also for [{table}](#{table})", language, table=other) for other in others]
    return said("; ", language).join(part for part in (phrase, *also) if part)


def why_off(endpoint: Endpoint) -> str:
    """Why an endpoint is off by default, as it or its module says."""
    found = _WHY_OFF.search(_docstring(endpoint))
    if found:
        return found[1][0].upper() + found[1][1:]
    return endpoint.quirks or NOBODY_VOUCHES


def _opening(endpoints: Sequence[Endpoint], left_out: Mapping[str, str], language: str) -> str:
    on = [endpoint for endpoint in endpoints if endpoint.on_by_default]
    keyless = [endpoint for endpoint in on if not needs_a_key(endpoint)]
    return said(
        _OPENING,
        language,
        endpoints=len(endpoints),
        hosts=len({endpoint.host for endpoint in endpoints}),
        keyless=len(keyless),
        keyless_hosts=len({endpoint.host for endpoint in keyless}),
        keyed=len(on) - len(keyless),
        off=len(endpoints) - len(on),
        left_out=len(left_out),
    )


def _section(table: str, members: Sequence[Endpoint], language: str) -> str:
    hosts = len({member.host for member in members})
    if len(members) == 1:
        counts = said("One endpoint at one host.", language)
    else:
        counts = said("{endpoints} endpoints at {hosts} hosts.", language, endpoints=len(members), hosts=hosts)
    lines = [
        f"## {table}",
        "",
        f"{said(TABLES[table].doc, language)} {counts}",
        "",
        said("| host | source | gives | every | at most | key | pool | worth knowing |", language),
        "|---|---|---|---|---|---|---|---|",
    ]
    for host, of_host in groupby(members, key=lambda member: member.host):
        listed: set[str] = {""}
        for number, endpoint in enumerate(of_host):
            quirks = "" if endpoint.quirks in listed else endpoint.quirks
            listed.add(endpoint.quirks)
            who = "" if number else _who(endpoint)
            lines.append(
                _row("" if number else f"`{host}`", endpoint, said(quirks, language), said(who, language), language)
            )
    return "\n".join(lines)


def _row(host: str, endpoint: Endpoint, quirks: str, who: str, language: str) -> str:
    cells = (
        "<br>".join(part for part in (host, _cell(who)) if part),
        _link(endpoint) + ("" if endpoint.on_by_default else said(", off", language)),
        _cell(what_it_gives(endpoint, language)),
        said(_every(endpoint), language),
        said(budget_in_words(endpoint.provider.budget), language),
        _key(endpoint, language),
        f"`{endpoint.pool}`" if endpoint.pool else "",
        _cell(quirks),
    )
    return f"| {' | '.join(cells)} |"


def _key(endpoint: Endpoint, language: str) -> str:
    if endpoint.key is None:
        return ""
    need = said("required" if endpoint.key.required else "optional", language)
    return said(", ", language).join((f"`{endpoint.key.env}`", need))


def _keys(endpoints: Sequence[Endpoint], language: str) -> str:
    lines = [
        heading("Needs a free key", language),
        "",
        said(
            "Set the variable in the environment or in `.env`. A key never reaches a log, a table or an error text.",
            language,
        ),
        "",
        said("| variable | sources | without it |", language),
        "|---|---|---|",
    ]
    keyed = sorted((endpoint for endpoint in endpoints if endpoint.key), key=_variable)
    for variable, group in groupby(keyed, key=_variable):
        members = list(group)
        without = said("not asked" if needs_a_key(members[0]) else "asked, within tighter limits", language)
        names = said(", ", language).join(f"`{member.id}`" for member in members)
        lines.append(f"| `{variable}` | {names} | {without} |")
    return "\n".join(lines)


def _off(endpoints: Sequence[Endpoint], language: str) -> str:
    return "\n".join(
        [
            heading("Off by default and why", language),
            "",
            said("`CRYPTO_PIPELINE_SOURCES_ON=NAME,NAME` switches them on.", language),
            "",
            said("| source | why |", language),
            "|---|---|",
            *(
                f"| {_link(one)} | {_cell(said(why_off(one), language))} |"
                for one in endpoints
                if not one.on_by_default
            ),
        ]
    )


def _left_out(left_out: Mapping[str, str], language: str) -> str:
    return "\n".join(
        [
            heading("What was left out and why", language),
            "",
            said("Looked at, and not declared.", language),
            "",
            said("| what | why |", language),
            "|---|---|",
            *(
                f"| {_cell(said(name, language))} | {_cell(said(left_out[name], language))} |"
                for name in sorted(left_out)
            ),
        ]
    )


def _who(endpoint: Endpoint) -> str:
    """How the module of a source introduces it; nothing for families, whose module is about all of them."""
    introduction = _docstring(endpoint).partition("\n")[0]
    return _ADDRESS.sub("", _WHY_OFF.sub("", introduction)).strip()


def _docstring(endpoint: Endpoint) -> str:
    module = endpoint.parser.__module__
    return sys.modules[module].__doc__ or "" if module.startswith(providers.__name__) else ""


def _candles(endpoint: Endpoint, rows: Rows, language: str) -> str:
    requests = [ask.values for ask in endpoint.requests_in(Context(Universe(), RECORDED_AT, tuple(INTERVAL_SECONDS)))]
    offered = {ask["interval"] for ask in requests if "interval" in ask} or {row["interval"] for row in rows}
    intervals = " ".join(interval for interval in INTERVAL_SECONDS if interval in offered)
    coins = {ask["symbol"] for ask in requests if "symbol" in ask}
    candles = (
        said("{intervals} of {coins} coins", language, intervals=intervals, coins=len(coins)) if coins else intervals
    )
    local_money = sorted({row["currency"] for row in rows} - {"USD"})
    return (
        said("{candles}, in {money}", language, candles=candles, money=" ".join(local_money))
        if local_money
        else candles
    )


def _language(endpoint: Endpoint, rows: Rows, language: str) -> str:
    return said(_LANGUAGES.get(endpoint.answer.language or "", ""), language)


def _things_and_columns(endpoint: Endpoint, rows: Rows, language: str) -> str:
    """What the rows are about and which columns they fill: "ethereum: slow, standard, fast"."""
    table = rows[0]["table"] if rows else ""
    filled = {name for row in rows for name in row}
    columns = dict.fromkeys(word for name, word in _WORDS.get(table, {}).items() if name in filled)
    things = dict.fromkeys(row[_ABOUT[table]] for row in rows) if table in _ABOUT else ()
    listed = said(", ", language).join(said(word, language) for word in columns)
    return ": ".join(part for part in (_some(list(things), language), listed) if part)


_PHRASES: Mapping[str, Callable[[Endpoint, Rows, str], str]] = {
    "cached_ohlc": _candles,
    "news_articles": _language,
}
"""What says in a few words what rows of a table hold; those of other tables: _things_and_columns."""


def _some(names: Sequence[str], language: str) -> str:
    if len(names) <= _MOST:
        return said(", ", language).join(names)
    return said("{names} and more", language, names=said(", ", language).join(names[: _MOST - 1]))


def _every(endpoint: Endpoint) -> str:
    hours, minutes = divmod(endpoint.cadence, 60)
    return f"{endpoint.cadence} min" if minutes else "1 day" if hours == 24 else f"{hours} h"


def _variable(endpoint: Endpoint) -> str:
    return endpoint.key.env if endpoint.key else ""


def _link(endpoint: Endpoint) -> str:
    return f"[{endpoint.id}]({endpoint.docs})"


def _cell(text: str) -> str:
    """Text that stays in its cell and is not taken for HTML."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
