"""The command that looks at everything at once, says what to do, and repairs what is expendable.

Belongs here: how it looks, exit codes; what only Dagster's storage and the processes of the system can tell.
Does not belong here: looking at the machine, the files and the network (maintenance/checkup.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import NOT_ALL_WELL, AsJson
from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from crypto_pipeline.maintenance.checkup import Diagnosis

_MARKS = {"well": "well", "warning": "look", "wrong": "WRONG"}


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Set right what can be without losing anything that was collected.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at everything once: files, disk, permissions, versions, ports, processes, network, clock. Exit code 0: all is well; 3: not."""
    from crypto_pipeline.maintenance.checkup import look

    settings = load_settings()
    rows: list[dict[str, Any]] = []
    with console.status("looking at everything"):
        for finding in look(settings, (_history, _processes, _ports, _alerts)):
            row = {"about": finding.about, "verdict": finding.verdict, "said": finding.said, "advice": finding.advice}
            if repair and finding.repair:
                row["repaired"] = finding.repair()
            rows.append(row)
    if as_json:
        console.print_json(rows)
    else:
        lines = [(row["about"], "mended" if "repaired" in row else _MARKS[row["verdict"]], _words(row)) for row in rows]
        console.grid(("", "", "what was found, and what to do"), lines)
    if any(row["verdict"] != "well" and "repaired" not in row for row in rows):
        raise typer.Exit(NOT_ALL_WELL)


def _words(row: dict[str, Any]) -> str:
    then = row.get("repaired") or row["advice"]
    return f"{row['said']}. {then}".rstrip() if then else row["said"]


def _history(settings: Settings) -> Iterator[Diagnosis]:
    """Dagster's own databases, which are expendable."""
    from crypto_pipeline.foundation.postgres_locks import PostgresUnusable
    from crypto_pipeline.maintenance.checkup import Diagnosis
    from crypto_pipeline.maintenance.sqlite_damage import damage_of
    from crypto_pipeline.orchestration.instance import DATABASES, is_written_by_a_person, of_others, open_instance

    def begin_anew() -> str:
        open_instance(settings).dispose()
        return "It was set aside and begun anew."

    home = settings.dagster_home
    if settings.dagster_postgres and is_written_by_a_person(home / "dagster.yaml"):
        said = f"{home / 'dagster.yaml'} was changed by a person and says where runs are; CRYPTO_PIPELINE_DAGSTER_STORAGE does not"
        yield Diagnosis("Dagster's history", "warning", said, "Delete the file to have it made anew from the settings.")
        return
    if settings.dagster_postgres:
        try:
            open_instance(settings).dispose()
            yield Diagnosis("Dagster's history", "well", f"{shown(settings.dagster_postgres)} can be read")
        except PostgresUnusable as problem:
            yield Diagnosis("Dagster's history", "wrong", str(problem))
        return
    name = f"DAGSTER_HOME={home}" if settings.shared_home else f"{home}"
    damaged = {file: damage for file in DATABASES if (damage := damage_of(home / file))}
    for file, damage in damaged.items():
        if settings.shared_home:
            yield Diagnosis("Dagster's history", "wrong", f"{name}: {of_others(file, damage).rstrip('.')}")
            continue
        advice = "It holds the history of runs and no data: --repair sets it aside and begins anew."
        yield Diagnosis("Dagster's history", "wrong", f"{home / file} is damaged ({damage})", advice, begin_anew)
    if not damaged and home.exists():
        yield Diagnosis("Dagster's history", "well", f"{name} can be read")


def _processes(settings: Settings) -> Iterator[Diagnosis]:
    """Whether the system runs, and processes of an earlier one that nobody watches over."""
    from crypto_pipeline.foundation.file_locks import is_held
    from crypto_pipeline.maintenance.checkup import Diagnosis
    from crypto_pipeline.system.stale_processes import end, processes, secret_word

    if not settings.notes.exists():
        return
    if is_held(settings.locks / "up.lock"):
        command = "demo" if settings.demo else "up"
        yield Diagnosis("system", "well", f"'crypto-pipeline {command}' runs with this data folder")
        return
    word = secret_word(settings.notes)
    left = processes(word)
    if left:
        said = f"{len(left)} processes of an earlier start are left ({', '.join(map(str, left))})"
        advice = "The next 'crypto-pipeline up' ends them; --repair does it now."
        yield Diagnosis("system", "warning", said, advice, lambda: f"{end(word)} processes were ended.")
    else:
        yield Diagnosis("system", "well", "it does not run with this data folder")


def _ports(settings: Settings) -> Iterator[Diagnosis]:
    """Whether the system could listen, when it does not run."""
    from crypto_pipeline.api.errors import StartError
    from crypto_pipeline.api.ports import check_port, require_token_in_public
    from crypto_pipeline.foundation.file_locks import is_held
    from crypto_pipeline.maintenance.checkup import Diagnosis

    try:
        require_token_in_public(settings)
        if not (settings.locks.exists() and is_held(settings.locks / "up.lock")):
            check_port(settings.api_port, "API_PORT", settings.api_host)
            if settings.ui:
                check_port(settings.ui_port, "UI_PORT", settings.ui_host)
    except StartError as error:
        yield Diagnosis("ports", "wrong", str(error).rstrip("."))
    else:
        yield Diagnosis("ports", "well", f"{settings.api_port} and {settings.ui_port} on this machine")


def _alerts(settings: Settings) -> Iterator[Diagnosis]:
    """Whether alerts could be sent where they are wished; the addresses have passwords in them and are not shown."""
    from crypto_pipeline.maintenance.checkup import Diagnosis
    from crypto_pipeline.monitoring.notify import is_understood

    if not settings.alert_urls:
        return
    if is_understood(settings.alert_urls):
        yield Diagnosis("alerts", "well", "Apprise knows a service for each address")
    else:
        yield Diagnosis(
            "alerts",
            "wrong",
            "CRYPTO_PIPELINE_ALERT_URLS has an address that Apprise does not know: nothing is sent there",
            "Write it as https://appriseit.com/services says.",
        )
