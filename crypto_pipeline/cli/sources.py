"""The commands around sources: the list, a check, everything about one.

Belongs here: their options, exit codes, and how what they say looks: 0 well, 2 a mistake, 3 not everything is well.
Does not belong here: facts (databank/source_facts.py, replay/recorded.py), counting (collection/budgeting.py), asking (collection/checking.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from crypto_pipeline.cli import console, own_sources
from crypto_pipeline.cli.parts import NOT_ALL_WELL, AsJson, UsageError, endpoint_called, require_limits
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from crypto_pipeline.collection.checking import SourceCheck
    from crypto_pipeline.sources.kit import Endpoint


class _CheckIsAlsoAnOption(TyperGroup):
    """``sources --check ID ...`` means ``sources check ID ...``: a group of commands can have no arguments of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--check" in args and args[0] not in self.commands:
            args = ["check", *(arg for arg in args if arg != "--check")]
        return super().parse_args(ctx, args)


SHOWN_ROWS = 3

app = typer.Typer(cls=_CheckIsAlsoAnOption, invoke_without_command=True)
app.command("test")(own_sources.hold)

TableFilter = Annotated[str | None, typer.Option("--table", help="Only those that feed this table.")]
HostFilter = Annotated[str | None, typer.Option("--host", help="Only those of hosts with this in their name.")]


@app.callback()
def sources(
    ctx: typer.Context,
    table: TableFilter = None,
    host: HostFilter = None,
    needs_key: Annotated[bool, typer.Option("--needs-key", help="Only those that need a key.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Only those that are off.")] = False,
    budget: Annotated[
        bool,
        typer.Option(
            "--budget",
            help="How many requests a day each host gets from those that are on, beside what it allows."
            " Exit code 3 when one gets too many.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The declared sources: what is asked, where, how often.

    'sources --check [ID ...]' is another way to write 'sources check [ID ...]'.
    """
    if ctx.invoked_subcommand:
        return
    from crypto_pipeline.collection.selection import is_on
    from crypto_pipeline.databank.regions import division_of
    from crypto_pipeline.databank.source_facts import listed, needs_a_key
    from crypto_pipeline.warehouse.engines import warehouse_for

    settings = load_settings()
    chosen = [
        endpoint
        for endpoint in _chosen(settings, table, host)
        if (needs_a_key(endpoint) or not needs_key) and not (off and is_on(endpoint, settings))
    ]
    if budget:
        _budget([endpoint for endpoint in chosen if is_on(endpoint, settings)], settings, as_json)
        return
    facts = [listed(endpoint, settings) for endpoint in chosen]
    if len(settings.region_names) > 1:
        division = division_of(settings, warehouse_for(settings))
        for one, endpoint in zip(facts, chosen, strict=True):
            one["region"] = division.region_of(endpoint.provider) if division else None
    if as_json:
        console.print_json(facts)
    elif facts:
        _list(facts)
    else:
        console.say("No source is like that; 'crypto-pipeline sources' lists all of them.")


@app.command()
def check(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID ...]", help="Endpoints or providers; all that are on, when left out."),
    ] = None,
    table: TableFilter = None,
    host: HostFilter = None,
    as_json: AsJson = False,
) -> None:
    """Ask each once, now, and say how it is; nothing is stored. Exit code 0: all are well; 3: some are not.

    A host's budget is kept, so that a host with many endpoints and a small budget may take a minute or two.
    """
    require_limits()
    import anyio

    from crypto_pipeline.cli.progress import Live
    from crypto_pipeline.collection.checking import Terms
    from crypto_pipeline.collection.checking import check as check_all
    from crypto_pipeline.collection.selection import is_on
    from crypto_pipeline.collection.universe import universe_of
    from crypto_pipeline.orchestration.resources import Sources

    settings = load_settings()
    chosen = _chosen(settings, table, host)
    endpoints = _called(ids, chosen) if ids else [endpoint for endpoint in chosen if is_on(endpoint, settings)]
    terms = Terms(
        universe=universe_of(settings),
        intervals=settings.candle_intervals,
        whale_usd=settings.whale_usd,
        seconds=3 * settings.request_seconds,
        keys={endpoint.key.env: settings.key(endpoint.key.env) for endpoint in endpoints if endpoint.key},
    )

    async def ask(live: Live) -> list[SourceCheck]:
        live.begins(endpoints)
        async with Sources(settings).client() as client:
            return await check_all(
                endpoints,
                terms,
                client.fetch,
                on_checked=lambda checked: live.answered(checked.result) if checked.result else None,
            )

    with Live(settings) as live:
        checked = anyio.run(ask, live)
    rows = [_verdict(one) for one in checked]
    well = sum(one.is_well for one in checked)
    if as_json:
        console.print_json(rows)
    else:
        columns = ("id", "verdict", "milliseconds", "rows", "why")
        console.grid(columns, [[one[name] for name in columns] for one in rows])
        console.say(f"{len(checked)} checked, {well} well")
    if well < len(checked):
        raise typer.Exit(NOT_ALL_WELL)


@app.command()
def show(
    source: Annotated[str, typer.Argument(metavar="ID", help="An endpoint as the list shows it: kraken.ticker")],
    as_json: AsJson = False,
) -> None:
    """Everything about one: what is asked and when, limits, tables, the recording, the last outcomes."""
    from crypto_pipeline.databank.source_facts import everything, last_outcomes
    from crypto_pipeline.replay.recorded import file_of, filled_rows_of
    from crypto_pipeline.sources.kit import discover
    from crypto_pipeline.warehouse import DatabaseBusy
    from crypto_pipeline.warehouse.engines import warehouse_for

    settings = load_settings()
    endpoint = endpoint_called(source)
    recording = file_of(endpoint)
    facts = {
        **everything(endpoint, discover(), settings, utc_now()),
        "recording": str(recording) if recording.is_file() else None,
        "rows": filled_rows_of(endpoint)[:SHOWN_ROWS],
    }
    outcomes: list[dict[str, Any]] = []
    try:
        outcomes = last_outcomes(endpoint, warehouse_for(settings))
    except DatabaseBusy as busy:
        console.note(f"Without its last outcomes: {busy}")
    if as_json:
        console.print_json({**facts, "outcomes": outcomes})
        return
    console.grid((endpoint.id, ""), _worded(facts))
    if facts["rows"]:
        console.say("The recording becomes:")
        for row in facts["rows"]:
            console.print_json(row)
    if outcomes:
        console.grid(tuple(outcomes[0]), [tuple(one.values()) for one in outcomes], title="Its last outcomes")


def _chosen(settings: Settings, table: str | None, host: str | None) -> list[Endpoint]:
    from crypto_pipeline.collection.selection import check_names
    from crypto_pipeline.schema.tables import TABLES
    from crypto_pipeline.sources.kit import discover

    check_names(settings, discover())
    if table and table not in TABLES:
        raise UsageError(f"There is no table {table}; see 'crypto-pipeline tables'.")
    return [
        endpoint
        for endpoint in discover()
        if (table is None or table in endpoint.tables) and (host is None or host in endpoint.host)
    ]


def _called(ids: Iterable[str], endpoints: list[Endpoint]) -> list[Endpoint]:
    """The endpoints that are called by their ids or by their providers' names, each once."""
    from crypto_pipeline.collection.selection import unknown_source

    wanted = set(ids)
    known = {name for endpoint in endpoints for name in (endpoint.id, endpoint.provider.name)}
    for name in sorted(wanted - known):
        raise UsageError(unknown_source(name, known))
    return [endpoint for endpoint in endpoints if not wanted.isdisjoint((endpoint.id, endpoint.provider.name))]


def _list(facts: list[dict[str, Any]]) -> None:

    columns = ["id", "host", "table", "cadence_minutes", "key_env", "enabled", "pool"]
    columns += ["region"] if any("region" in one for one in facts) else []
    console.grid(columns, [[one[name] for name in columns] for one in facts])
    console.say(f"{counted(len(facts), 'endpoint')}, {sum(bool(one['enabled']) for one in facts)} on")


def _budget(endpoints: Iterable[Endpoint], settings: Settings, as_json: bool) -> None:
    from crypto_pipeline.collection.budgeting import daily_use
    from crypto_pipeline.collection.universe import universe_of
    from crypto_pipeline.sources.kit import Context

    context = Context(universe_of(settings), utc_now(), settings.candle_intervals)
    days = daily_use(endpoints, context)
    columns = ("host", "requests_a_day", "allowed_a_day", "share_percent")
    rows = [(day.host, round(day.requests, 1), round(day.allowed, 1), round(day.share, 2)) for day in days]
    if as_json:
        console.print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        console.grid(("host", "requests a day", "allowed a day", "share in percent"), rows)
        over = [day.host for day in days if day.is_over]
        verdict = f"too many for {', '.join(over)}" if over else "none gets more than it allows"
        console.say(f"{len(days)} hosts, {verdict}")
    if any(day.is_over for day in days):
        raise typer.Exit(NOT_ALL_WELL)


def _verdict(checked: SourceCheck) -> dict[str, Any]:
    result = checked.result
    return {
        "id": checked.endpoint.id,
        "verdict": checked.verdict,
        "well": checked.is_well,
        "outcome": result.outcome.value if result else None,
        "status_code": result.status_code if result else None,
        "milliseconds": round(result.milliseconds, 1) if result and result.attempts else None,
        "rows": result.row_count if result else None,
        "why": checked.why,
    }


def _worded(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a person reads of an endpoint, line by line; what there is nothing to say about is left out."""
    yield from _worded_requests(facts)
    cost = f", of which each of these costs {facts['weight']}" if facts["weight"] > 1 else ""
    yield "is", "on" if facts["enabled"] else "off"
    yield "every", f"{facts['cadence_minutes']} minutes; {facts['requests_a_day']:,.10g} requests a day"
    yield "host", f"{facts['host']}: at most {facts['budget']}{cost}"
    if facts["key"]:
        yield "key", f"{facts['key']}; {'set' if facts['key_is_set'] else 'not set'}"
    if facts["pool"]:
        yield "pool", f"{facts['pool']}, with {', '.join(facts['pool_members']) or 'nobody else'}"
    yield "tables", facts["table"].replace(",", ", ")
    for name in ("language", "history", "quirks", "docs", "recording"):
        if facts[name]:
            yield name, facts[name]


def _worded_requests(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not facts["requests_in_all"]:
        yield "asks", "nothing: none of its requests is about a tracked coin"
    for number, request in enumerate(facts["requests"]):
        body = "" if request["body"] is None else f"  {json.dumps(request['body'])}"
        yield "" if number else "asks", f"{request['method']} {request['url']}{body}"
    more = facts["requests_in_all"] - len(facts["requests"])
    if more:
        yield "", f"and {more} more"
    if facts["calls_after_them"]:
        yield "then", f"{', '.join(facts['calls_after_them'])}: built on the answers before"
    if facts["headers"]:
        yield "headers", ", ".join(f"{name}: {value}" for name, value in facts["headers"].items())
