"""The command that asks the database: in SQL, or one of the ready questions by name.

Belongs here: its options, exit codes, and how answers look: 0 well (also when there are no rows), 2 a mistake.
Does not belong here: the questions (questions/), how charts are drawn (cli/charts.py), the database (warehouse/).
"""

from __future__ import annotations

import difflib
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError, no_database_yet
from crypto_pipeline.cli.saving import form_meant, save
from crypto_pipeline.settings import load_settings

if TYPE_CHECKING:
    from crypto_pipeline.databank.files import FileFormat
    from crypto_pipeline.questions import Question
    from crypto_pipeline.settings import Settings
    from crypto_pipeline.warehouse import Result


def query(
    asked: Annotated[
        str | None,
        typer.Argument(
            metavar="SQL|NAME|-", help="One SELECT, the name of a ready question, or - for a SELECT on standard input."
        ),
    ] = None,
    examples: Annotated[bool, typer.Option("--examples", help="List the ready questions.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Of a ready question: choose a coin, a number of days ..."),
    ] = None,
    only_sql: Annotated[
        bool, typer.Option("--sql", help="Of a ready question: print its SQL, for any other tool, and do not ask it.")
    ] = False,
    chart: Annotated[
        bool | None,
        typer.Option("--chart/--no-chart", help="Of a ready question: draw it as well. Left out: on a terminal."),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on standard output.")] = False,
    as_json: AsJson = False,
    as_parquet: Annotated[bool, typer.Option("--parquet", help="Parquet, into the file of -o or a pipe.")] = False,
    as_arrow: Annotated[
        bool, typer.Option("--arrow", help="Arrow's IPC stream, into the file of -o or a pipe.")
    ] = False,
    as_xlsx: Annotated[bool, typer.Option("--xlsx", help="An Excel workbook, into the file of -o or a pipe.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="File for the answer; its ending says the format: .csv .parquet .arrows .xlsx"
        ),
    ] = None,
) -> None:
    """Ask the database in SQL or by the name of a ready question, without getting in the way of a collection.

    crypto-pipeline query --examples; crypto-pipeline query cheapest-exchange --set symbol=ETH;
    crypto-pipeline query "SELECT symbol, price_usd FROM consensus_prices WHERE timestamp > datetime('now', '-1 hour')"
    """
    if examples:
        return _list(as_json)
    if not asked or not asked.strip():
        raise UsageError("Say what to ask: one SELECT, or the name of a question; --examples lists them.")
    form = _form(output, as_csv=as_csv, as_json=as_json, parquet=as_parquet, arrow=as_arrow, xlsx=as_xlsx)
    asked = _typed() if asked.strip() == "-" else asked
    question = _question(asked)
    if form and only_sql:
        raise UsageError("--sql prints the SQL and asks nothing: there is no answer for a file.")
    if question is None and (set_ or only_sql or chart):
        raise UsageError("--set, --sql and --chart belong to a ready question; --examples lists them.")
    values = _values(question, set_ or ()) if question else {}
    if form:
        _save(question.sql_with(values) if question else asked, form, output)
        return
    if question and only_sql:
        console.say(f"/* {question.title} */\n{question.sql_with(values)}")
        return
    result = _ask(load_settings(), question.sql if question else asked, values)
    _show(result, as_csv=as_csv, as_json=as_json, none=question.none if question else "")
    if question and result.rows and not (as_csv or as_json):
        _draw(question, result, chart)


def _form(output: Path | None, *, as_csv: bool, as_json: bool, **chosen: bool) -> FileFormat | None:
    """The format of the file that the answer goes to; None where it is printed."""
    if as_json and (output or as_csv or any(chosen.values())):
        raise UsageError("--json goes to standard output; there is no other format beside it.")
    if output is None and not any(chosen.values()):
        return None
    return form_meant({"csv": as_csv, **chosen}, output)


def _typed() -> str:
    """The question on standard input."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"Standard input is no text in UTF-8: {error.reason} at byte {error.start}.") from None


def _save(sql: str, form: FileFormat, output: Path | None) -> None:
    from crypto_pipeline.databank.access import DataBank

    settings = load_settings()
    _require_database(settings)
    with DataBank(settings.database, lock_seconds=settings.lock_seconds) as bank:
        save(bank, sql, form, output)


def _require_database(settings: Settings) -> None:
    if not settings.database.exists():
        raise no_database_yet(settings)


def _question(asked: str) -> Question | None:
    """The question that is meant; None for SQL. A single word is a name: no SELECT is that short."""
    from crypto_pipeline.questions import question_called, questions
    from crypto_pipeline.schema.tables import TABLES

    name = asked.strip()
    found = question_called(name)
    if found or not name.replace("-", "_").isidentifier():
        return found
    if name in TABLES:
        raise UsageError(f"{name} is a table: crypto-pipeline query 'FROM {name} LIMIT 10'.")
    close = difflib.get_close_matches(name.lower(), [one.name for one in questions()], 3, 0.4)
    meant = f"; did you mean {' or '.join(close)}?" if close else ";"
    raise UsageError(f"There is no question {name!r}{meant} 'crypto-pipeline query --examples' lists them.")


def _values(question: Question, chosen: Iterable[str]) -> dict[str, str | int]:
    from crypto_pipeline.questions import WrongValue

    pairs = [one.partition("=") for one in chosen]
    given = {name.strip(): value.strip() for name, _, value in pairs}
    if given.get("symbol"):
        from crypto_pipeline.databank.coin_names import symbol_called

        given["symbol"] = symbol_called(given["symbol"])
    try:
        return question.values(given)
    except WrongValue as error:
        raise UsageError(str(error)) from None


def _ask(settings: Settings, sql: str, values: dict[str, str | int]) -> Result:
    from crypto_pipeline.warehouse.engines import warehouse_for

    _require_database(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # DuckDB 2.0 does not look for Ctrl-C while it works
    return warehouse_for(settings).query(sql, values)


def _show(result: Result, *, as_csv: bool, as_json: bool, none: str = "") -> None:
    names = [column.name for column in result.columns]
    if as_json:
        objects = [dict(zip(names, row, strict=True)) for row in result.rows]
        console.print_json(objects)
    elif as_csv:
        console.write_csv(names, result.rows)
    elif not result.rows and none:
        console.say(f"No rows. {none}")
    else:
        title = "DEMO: replayed answers, not the market" if load_settings().demo else None
        console.grid(names, result.rows, title=title)


def _draw(question: Question, result: Result, wanted: bool | None) -> None:
    if wanted is False or (wanted is None and not sys.stdout.isatty()):
        return
    if question.chart is None:
        if wanted:
            console.note(f"{question.name} has no chart: a table says it better.")
        return
    if not console.can_draw():
        if wanted:
            console.note("This terminal's encoding has no characters to draw with; UTF-8 has.")
        return
    from crypto_pipeline.cli import charts

    names = [column.name for column in result.columns]
    along, values = (
        [row[names.index(name)] for row in result.rows] for name in (question.chart.along, question.chart.value)
    )
    unit = question.chart.unit.format_map(dict(zip(names, result.rows[0], strict=True)))
    if question.chart.kind == "bars":
        lines = charts.bars([str(label) for label in along], values, unit, console.out.width)
    else:
        lines = charts.line(along, values, unit, console.out.width)
    for line in lines:
        console.say(line)


def _list(as_json: bool) -> None:
    from crypto_pipeline.questions import questions

    if as_json:
        console.print_json([_facts(question) for question in questions()])
        return
    console.grid(
        ("question", "answers", "may be set"),
        [
            (one.name, one.title, ", ".join(f"{parameter.name}={parameter.default}" for parameter in one.parameters))
            for one in questions()
        ],
    )
    console.say("crypto-pipeline query NAME [--set NAME=VALUE] [--csv | --json | --sql | -o FILE]")


def _facts(question: Question) -> dict[str, object]:
    return {
        "name": question.name,
        "title": question.title,
        "about": question.about,
        "parameters": [
            {"name": one.name, "default": one.default, "allowed": one.allowed} for one in question.parameters
        ],
        "sql": question.sql,
    }
