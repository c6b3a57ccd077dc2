"""The commands that run the system: all of it, or one of its parts.

Belongs here: their options.
Does not belong here: what runs (system/operation.py, system/parts.py), the HTTP API alone (cli/worker.py).
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import UsageError, require_limits
from crypto_pipeline.settings import Settings, load_settings

app = typer.Typer()

NoUi = Annotated[
    bool,
    typer.Option("--no-ui", help="Without Dagster's UI, which takes memory; CRYPTO_PIPELINE_UI=false says the same."),
]


class PartName(str, Enum):
    """The parts of Dagster that can run as services of their own."""

    code = "code"
    daemon = "daemon"
    ui = "ui"


@app.command()
def up(no_ui: NoUi = False) -> None:
    """Start everything: Dagster's UI and daemon, both schedules, the HTTP API, and a first collection at once."""
    from crypto_pipeline.system.operation import operate

    operate(_settings(no_ui), console)


@app.command()
def demo(
    fault: Annotated[
        list[str] | None, typer.Option(help="HOST[/PATH]=KIND, see 'crypto-pipeline replay --help'.")
    ] = None,
    no_ui: NoUi = False,
) -> None:
    """The same system on replayed answers: no internet needed, its own database, marked as a demo wherever it shows."""
    from crypto_pipeline.system.operation import operate_demo

    operate_demo(_settings(no_ui), [option for one in fault or [] for option in ("--fault", one)], console)


@app.command()
def serve(
    part: Annotated[PartName, typer.Argument(help="code: where runs start; daemon: schedules; ui: the pages.")],
) -> None:
    """One part of the system alone, for containers and service managers, which start it again themselves.

    The parts find each other by CRYPTO_PIPELINE_CODE_SERVER (127.0.0.1:4266 where it is not set) and share the data folder.
    'crypto-pipeline api' is the HTTP API.
    """
    require_limits()
    from crypto_pipeline.system.one_part import serve_part

    settings = load_settings()
    _speak_json(settings)
    raise typer.Exit(serve_part(settings, part.value))


@app.command(hidden=True)
def prepare(
    instance_only: Annotated[bool, typer.Option("--instance-only")] = False,
    daemon: Annotated[bool, typer.Option("--daemon", help="One of ours is to be started.")] = False,
) -> None:
    """Look whether the system can start, and set right what an earlier one left behind; 'up' calls it first."""
    from crypto_pipeline.orchestration.instance import open_instance
    from crypto_pipeline.orchestration.shared_home import require_room_for_a_daemon

    settings = load_settings()
    if not instance_only:
        _require_what_runs_need(settings)
    with open_instance(settings) as instance:  # makes its databases
        if daemon:
            require_room_for_a_daemon(settings, instance)
        if not instance_only:
            from crypto_pipeline.orchestration.runs import end_dead_runs

            end_dead_runs(instance, settings.locks, prefix=settings.asset_prefix, launcher_is_gone=True)


def _require_what_runs_need(settings: Settings) -> None:
    """Sources that can be read, names that somebody knows, and a place for the data."""
    from crypto_pipeline.sources.kit.discovery import own_sources
    from crypto_pipeline.system.collecting import require_known_names
    from crypto_pipeline.warehouse.engines import warehouse_for

    if problems := own_sources().problems:
        raise UsageError(problems[0])
    require_known_names(settings)
    warehouse_for(settings).require_place()


def _settings(no_ui: bool) -> Settings:
    require_limits()
    settings = load_settings(ui=False) if no_ui else load_settings()
    _speak_json(settings)
    return settings


def _speak_json(settings: Settings) -> None:
    if settings.log_format == "json":
        console.for_programs()
