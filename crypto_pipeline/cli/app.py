"""The crypto-pipeline command.

Belongs here: commands, their options, exit codes: 0 well, 2 a mistake in what was asked, 3 and 4 from ``collect``,
130 and 143 of whatever is stopped and keeps nothing.
Does not belong here: doing it (system/collecting.py, system/operation.py, replay/), how it looks (cli/console.py).
"""

from __future__ import annotations

import os
import sys
import traceback
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from crypto_pipeline.cli import (
    alerts,
    backfill,
    backup,
    console,
    demo,
    doctor,
    failures,
    hub,
    maintain,
    publish,
    query,
    service,
    sources,
    tables,
    usage,
    worker,
)
from crypto_pipeline.cli.parts import (
    MISTAKE,
    AsJson,
    NothingCollected,
    UsageError,
    endpoint_called,
    kept_when_stopped,
    require_limits,
)
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import STARTED_BY, SettingsError, load_settings, misspelt_variables
from crypto_pipeline.version import VERSION

app = typer.Typer(
    help="A self-hosted crypto data bank: free public sources, collected by Dagster, kept in DuckDB.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sources.app, name="sources")
app.command()(alerts.alerts)
app.command()(backfill.backfill)
app.command()(maintain.maintain)
app.command()(query.query)
app.command()(tables.tables)
app.command()(tables.shell)
app.command()(publish.publish)
app.command()(hub.follow)
app.command()(hub.move_to)
app.add_typer(worker.app)
app.add_typer(service.app)
app.add_typer(backup.app)
app.command()(doctor.doctor)

DEFECT = 1
COMPLETING = "_CRYPTO_PIPELINE_COMPLETE"
"""Set by a shell that asks what a command may be completed to: nothing else may be printed then."""


@app.callback()
def first(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    use_demo: Annotated[
        bool, typer.Option("--demo", help="Ask the demo's database; also after the command: query --demo ...")
    ] = False,
) -> None:
    """A self-hosted crypto data bank: free public sources, collected by Dagster, kept in DuckDB."""


FAULT_KINDS = (
    "Kinds: 404, 403, 451, 429, 500, 503, hang, slow, drip, truncated, reset, html, huge, gzip_bomb, redirect_loop, "
    "redirect_private, redirect_scheme, error_in_body, empty, null_row, bad_row, not_json, null, stale."
)


class Which(str, Enum):
    """The jobs that a command may mean. The historical one collects everything, and so do both: it stands for the other one."""

    ui = "ui"
    historical = "historical"
    both = "both"


def main() -> None:
    """Run the command, and end with its exit code, which nobody changes who stops reading its output (``| head``)."""
    try:
        _command()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError) and console.reader_is_gone():
            sys.exit(0)  # click's own way out is 1, which means a defect here
        raise
    finally:
        console.flush()


def _command() -> None:
    """A mistake, a full disk and their like get one sentence and exit code 2; only a defect a traceback."""
    console.prepare()
    try:
        if "--version" in sys.argv[1:2]:
            console.say(VERSION)
            return
        sys.argv = demo.chosen(sys.argv)
        if STARTED_BY not in os.environ and COMPLETING not in os.environ:  # a process of 'up' has warned
            for warning in misspelt_variables():
                console.note(f"Warning: {warning}")
        if code := app(prog_name="crypto-pipeline", standalone_mode=False):
            sys.exit(code)  # the code of typer.Exit: no command returns anything else
    except usage.NOT_UNDERSTOOD as error:
        console.note(usage.sentence(error))
        sys.exit(MISTAKE)
    except Exception as error:  # the one place that every command ends in: a sentence, or what to report
        sys.exit(_failed(error))


def _failed(error: Exception) -> int:
    """Say what happened; gives the exit code. What is imported here knows DuckDB, which 'up' does without for months."""
    from crypto_pipeline.api.errors import StartError
    from crypto_pipeline.foundation.postgres_locks import PostgresUnusable
    from crypto_pipeline.warehouse import WarehouseError
    from crypto_pipeline.warehouse.errors import NoDatabase

    if isinstance(error, UsageError | SettingsError | StartError | WarehouseError | PostgresUnusable):
        console.note(str(error))
        if isinstance(error, NothingCollected | NoDatabase) and (hint := demo.hint()):
            console.note(hint)
        return MISTAKE
    try:
        settings = load_settings()
    except SettingsError:
        settings = None
    words = failures.sentence(error, settings)
    if words is not None:
        console.note(words)
        return MISTAKE
    console.note("".join(traceback.format_exception(error)).rstrip())
    console.note(failures.REPORT)
    return DEFECT


@app.command()
def collect(
    which: Annotated[
        Which, typer.Argument(help="ui: prices, gas, sentiment. historical or both: everything.")
    ] = Which.both,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No tables: only what went wrong.")] = False,
) -> None:
    """Collect once, in this process.

    Exit code 0: every table got data; 3: some did not, no price came at all, or it was stopped; 4: none did.
    """
    require_limits()  # before libraries are read, some of which end a process that has too little
    from crypto_pipeline.cli import progress
    from crypto_pipeline.system import collecting
    from crypto_pipeline.warehouse.engines import warehouse_for

    settings = load_settings()
    warehouse = warehouse_for(settings)
    with kept_when_stopped(collecting.STOPPED), warehouse.waiting_once():
        warehouse.require_place()
        with progress.Live(settings) as live:
            collected = collecting.collect(which.value, settings, live)
    if as_json:
        console.print_json(collected.as_json())
    elif not quiet:
        progress.sum_up(collected, demo=settings.demo)
    if collected.nothing_was_reachable:
        console.note(collecting.NOBODY_ANSWERED)
    elif collected.sentence:
        console.note(collected.sentence)
    raise typer.Exit(collected.exit_code)


@app.command()
def parse(
    source: Annotated[
        str, typer.Argument(help="Id of the endpoint, as 'crypto-pipeline sources' shows it: kraken.ticker")
    ],
    file: Annotated[Path, typer.Argument(help="The saved answer; - for standard input.")],
    ask: Annotated[str | None, typer.Option(help="Which of the endpoint's requests it answers: 'ETH 1d'.")] = None,
    at: Annotated[str | None, typer.Option(help="When it came (UTC); now, when left out.")] = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(help="Dollars for a unit of a money that the answer has no rate for: JPY=0.0064."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="For a page of history: from when it was asked for (UTC).")] = None,
    until: Annotated[str | None, typer.Option(help="Until when it was asked for (UTC).")] = None,
) -> None:
    """The rows that a saved answer becomes, one JSON object a line: for checking a source against what you saw.

    Shows every coin and every transfer that the answer holds, of any age; what had to be guessed is said beside them, and
    the last line says how many a collection would keep.
    """
    from crypto_pipeline.cli.saved_answers import moment_option, rates_option
    from crypto_pipeline.collection.answered_request import request_labels
    from crypto_pipeline.collection.errors import SourceError
    from crypto_pipeline.collection.saved import TimeRange, kept, lines, parse_saved
    from crypto_pipeline.collection.universe import universe_of

    settings = load_settings()
    endpoint = endpoint_called(source)
    moment = moment_option("--at", at) or utc_now()
    rates = rates_option(rate or [])
    wanted = TimeRange(moment_option("--since", since), moment_option("--until", until))
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise UsageError(f"--since {since} is not before --until {until}.")
    labels = request_labels(endpoint, moment)
    if ask is not None and ask not in labels:
        raise UsageError(f"{endpoint.id} has no request {ask!r}; it has {', '.join(map(repr, labels[:6]))} ...")
    body = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
    try:
        saved = parse_saved(endpoint, body, moment, ask, rates, wanted)
    except SourceError as error:
        raise UsageError(f"{endpoint.id} gives no row from this answer ({error.outcome}): {error}") from None
    read = saved.read
    rows = list(lines(read))
    for line in rows:
        console.print_json(line)
    for guess in saved.guesses:
        console.note(f"guessed: {guess}")
    if at is None and any(row.get("timestamp") == moment for row in rows):
        console.note("guessed: it says no time, so its rows are of now; --at says when it came")
    for rejected in read.normalised.rejected:
        console.note(f"rejected for {rejected.table}: {rejected.reason}: {str(rejected.row)[:200]}")
    console.note(
        f"{counted(read.entries, 'entry', 'entries')}, {counted(len(rows), 'row')}, {read.normalised.rejected_count} rejected;"
        f" a collection keeps {kept(read, universe_of(settings), settings.whale_usd)} of them"
    )


@app.command()
def replay(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same prices and latencies.")] = 0,
    speed: Annotated[float, typer.Option(min=0, help="Times the latency of each host; 0 for answers at once.")] = 1.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(help=f"HOST[/PATH]=KIND[:ARGUMENT][*TIMES][%PERCENT]; * is every host. {FAULT_KINDS}"),
    ] = None,
    recordings: Annotated[
        Path | None, typer.Option(help="Folder of the recordings, when it is not a checkout.")
    ] = None,
) -> None:
    """A server on 127.0.0.1 that answers like every source, for CRYPTO_PIPELINE_GATEWAY_URL; no internet needed.

    The first line is JSON with its port. While it runs: GET /_replay/requests, POST {"target": HOST, "kind": KIND} to
    /_replay/faults, DELETE /_replay/faults.
    """
    from crypto_pipeline.replay.app import serve
    from crypto_pipeline.replay.recorded import ReplayError

    try:
        serve(port, seed=seed, faults=fault or [], latency=speed, recordings=recordings)
    except ReplayError as error:
        raise UsageError(str(error)) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
