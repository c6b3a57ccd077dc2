"""Running the whole system in the foreground: what ``make run`` and ``make demo`` do.

Belongs here: the order in which things start, what a person is told, how it ends.
Does not belong here: processes (system/processes.py), a collection (system/collecting.py).
"""

from __future__ import annotations

import signal
import subprocess
import time
from types import FrameType

import dagster as dg

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.guard import require_token_in_public
from crypto_pipeline.api.ports import LOOPBACK, check_port
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.runs import end_dead_runs
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.settings import Settings, load_settings
from crypto_pipeline.system import collecting, processes
from crypto_pipeline.system.stale_processes import only_one
from crypto_pipeline.system.terminal import Terminal
from crypto_pipeline.warehouse.engines import warehouse_for

NOBODY_ANSWERED = (
    "No source could be reached: this machine seems to be offline or behind a proxy; "
    "'make demo' shows the same system on replayed answers."
)
LOOK_EVERY = 5.0
"""Seconds between two looks at what the schedules have run."""
DEAD_EVERY = 60.0
"""Seconds between two looks for runs whose process is gone."""
NOTICE_EVERY = 0.2
"""Seconds after which a wish to stop is noticed at the latest, between two looks."""
_OVER = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def operate(settings: Settings, terminal: Terminal) -> None:
    """Run until Ctrl-C or until Dagster ends.

    :raises StartError: it cannot be started, or one of its processes ended by itself.
    :raises SettingsError: the settings name a source or a coin that nobody knows.
    :raises WarehouseError: the database cannot be used.
    """
    require_token_in_public(settings)
    collecting.require_known_names(settings)
    _end_on_signals()
    try:
        with only_one(settings):
            check_port(settings.ui_port, "UI_PORT")
            check_port(settings.api_port, "API_PORT", settings.api_host)
            warehouse_for(settings).require_place()
            _end_runs_of_before(settings)
            _run(settings, terminal)
    except KeyboardInterrupt:
        terminal.note("Stopped. Everything that was collected is in the database.")


def _run(settings: Settings, terminal: Terminal) -> None:
    with processes.dagster(settings) as dev, processes.api(settings) as api:
        _say_where(settings, terminal)
        _first_collection(settings, terminal)
        processes.wait_until_it_listens(settings.ui_port, dev, settings.dagster_home / "dagster.log")
        processes.require_guard(settings.ui_port)
        terminal.note(f"Dagster UI is ready: http://{LOOPBACK}:{settings.ui_port}")
        _watch(settings, dev, api, terminal)


def _end_runs_of_before(settings: Settings) -> None:
    with open_instance(settings) as instance:
        end_dead_runs(instance, settings.locks, launcher_is_gone=True)


def operate_demo(settings: Settings, replay_options: list[str], terminal: Terminal) -> None:
    """The same on replayed answers and a database of its own, with the same errors: StartError, SettingsError, WarehouseError."""
    with processes.replay_server(settings, *replay_options) as gateway:
        database = settings.data_dir / "demo.duckdb"
        operate(load_settings(demo=True, gateway_url=gateway, database_url=str(database)), terminal)


def _say_where(settings: Settings, terminal: Terminal) -> None:
    lines = [
        f"Dagster UI    http://{LOOPBACK}:{settings.ui_port} (in a moment)",
        f"API           http://{settings.api_host}:{settings.api_port} (reference: /docs)",
        f"Database      {settings.database}",
        'Ask it        crypto-pipeline query "SELECT symbol, price_usd, sources FROM consensus_prices ORDER BY timestamp DESC LIMIT 10"',
        f"Schedules     {UI_JOB} at '{settings.ui_cron}', {HISTORICAL_JOB} at '{settings.historical_cron}' (UTC)",
        f"Log           {settings.dagster_home / 'dagster.log'}",
        "Stop          Ctrl-C",
    ]
    if settings.demo:
        ask = f'CRYPTO_PIPELINE_DATABASE_URL={settings.database} crypto-pipeline query "SELECT ..."'
        lines[3] = f"Ask it        {ask}"
        lines.insert(0, "DEMO          replayed answers, not the market")
    for line in lines:
        terminal.say(line)


def _first_collection(settings: Settings, terminal: Terminal) -> None:
    terminal.note("Asking every source for the first time; on a bad network this takes a minute or two.")
    with terminal.following(settings) as reporter:
        collected = collecting.collect("historical", settings, reporter)
    terminal.sum_up(collected, demo=settings.demo)
    if collected.nothing_was_reachable:
        terminal.note(NOBODY_ANSWERED)
    elif collected.sentence:
        terminal.note(collected.sentence)


def _watch(settings: Settings, dev: subprocess.Popen[bytes], api: subprocess.Popen[bytes], terminal: Terminal) -> None:
    """A line for each run that ends, until Dagster or the API does, or somebody asks to stop.

    From here on the signals only leave word: an exception that strikes in a callback of the garbage collector is lost.
    """
    asked_to_stop = _word_of_signals()
    with open_instance(settings) as instance:
        seen = {
            record.dagster_run.run_id for record in instance.get_run_records(dg.RunsFilter(statuses=_OVER), limit=50)
        }
        look_for_dead = time.monotonic()
        while dev.poll() is None and api.poll() is None:
            if time.monotonic() >= look_for_dead:
                end_dead_runs(instance, settings.locks)
                look_for_dead = time.monotonic() + DEAD_EVERY
            for record in reversed(instance.get_run_records(dg.RunsFilter(statuses=_OVER), limit=20)):
                run = record.dagster_run
                if run.run_id not in seen:
                    seen.add(run.run_id)
                    took = (record.end_time or 0) - (record.start_time or 0)
                    ended = time.strftime("%H:%M:%S", time.gmtime(record.end_time))
                    line = f"{ended} UTC  {run.job_name}  {run.status.value.lower()} in {took:.1f} s  (run {run.run_id[:8]})"
                    terminal.say(line)
            next_look = time.monotonic() + LOOK_EVERY
            while time.monotonic() < next_look:
                if asked_to_stop:
                    raise KeyboardInterrupt
                time.sleep(NOTICE_EVERY)
    who, code, log = ("The API", api.returncode, "api.log")
    if dev.returncode is not None:
        who, code, log = ("Dagster", dev.returncode, "dagster.log")
    raise StartError(f"{who} ended by itself with code {code}; see {settings.dagster_home / log}.")


def _end_on_signals() -> None:
    """A service manager's stop is the same as Ctrl-C.

    Set for SIGINT as well: a shell that starts us in the background has it ignored, and Dagster gives SIGTERM whatever
    SIGINT has.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


def _word_of_signals() -> list[int]:
    """The signals that asked to stop, as they come. A plain list: a handler must not take a lock that we may hold."""
    asked: list[int] = []

    def leave_word(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, leave_word)
    signal.signal(signal.SIGTERM, leave_word)
    return asked
