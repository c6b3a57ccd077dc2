"""Running the whole system in the foreground: what ``make run``, ``make demo`` and a service do.

Belongs here: the order in which things start, what a person is told, how it ends.
Does not belong here: the parts (system/parts.py), starting them again (system/supervisor.py), a collection (system/collecting.py).

This process stays small: it loads neither Dagster nor DuckDB. What needs them is done by children of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Protocol

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.ports import LOOPBACK, check_port, require_token_in_public
from crypto_pipeline.monitoring import restarts
from crypto_pipeline.monitoring.facts import Restart
from crypto_pipeline.replay.majors import MAJORS
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.settings import DAGSTER_HOME, OFF, PREFIX, Settings, load_settings
from crypto_pipeline.system import parts, processes
from crypto_pipeline.system.ended_runs import EndedRuns
from crypto_pipeline.system.log_lines import LogLines
from crypto_pipeline.system.parts import CodeServer, Part
from crypto_pipeline.system.replaying import ReplayServer, replay_server
from crypto_pipeline.system.stale_processes import only_one
from crypto_pipeline.system.supervisor import Ended, Supervisor

LOOK_EVERY = 10.0
"""Seconds between two looks at what the schedules have run."""
NOTICE_EVERY = 0.1
"""Seconds after which a wish to stop, or the end of a part, is noticed at the latest."""
START_TAKES_AT_MOST = 90.0
"""Seconds until the UI listens."""
GIVE_UP_AFTER = 3
"""Ends of a part in a row, before the system is up: then it cannot be started."""
MISTAKE = 2
ALL_THERE, SOME_THERE = 0, 3
"""How a collection ends that got something."""


class Terminal(Protocol):
    """Where a person reads along, or a program."""

    def say(self, line: str) -> None:
        """A line of what was asked for."""

    def note(self, line: str) -> None:
        """A line of what goes on meanwhile, or of what went wrong."""

    def log_line(self, line: str) -> None:
        """A line of a log, for programs."""


def operate(settings: Settings, terminal: Terminal, replay: ReplayServer | None = None) -> None:
    """Run until Ctrl-C or SIGTERM.

    :param replay: what stands in the place of the internet, and is kept running as well.
    :raises StartError: it cannot be started: the message says why, be it a setting, a port or the database.
    """
    require_token_in_public(settings)
    asked_to_stop = _word_of_signals()
    try:
        with ExitStack() as stack:
            stack.enter_context(closing_logs := ExitStack())
            asked = stack.enter_context(only_one(settings))
            if settings.ui:
                check_port(settings.ui_port, "UI_PORT", settings.ui_host)
            check_port(settings.api_port, "API_PORT", settings.api_host)
            _System(settings, terminal, asked_to_stop, closing_logs, asked, replay).run()
    except _Stop:
        terminal.note("Stopped. Everything that was collected is in the database.")


def operate_demo(settings: Settings, replay_options: list[str], terminal: Terminal) -> None:
    """The same on replayed answers and a database of its own, with the same error: StartError."""
    with replay_server(*replay_options) as replay:
        operate(load_settings(demo=True, gateway_url=replay.url, database_url="", ui=settings.ui), terminal, replay)


class _Stop(Exception):
    """Somebody asked to stop."""


class _System:
    """The system while it runs."""

    def __init__(
        self,
        settings: Settings,
        terminal: Terminal,
        asked_to_stop: list[int],
        stack: ExitStack,
        asked: set[int],
        replay: ReplayServer | None,
    ) -> None:
        self._settings = settings
        self._terminal = terminal
        self._asked_to_stop = asked_to_stop
        self._asked = asked
        self._notes = settings.notes
        self._env = processes.environment(settings)
        self._as_json = settings.log_format == "json"
        echo = terminal.log_line if self._as_json else None
        self._logs = {name: LogLines(self._notes / name, echo) for name in _LOGS}
        for log in self._logs.values():
            stack.callback(log.close)
        self._socket = stack.enter_context(_folder_of_a_socket()) / "code"
        self._pids: dict[str, int] = {}
        self._supervisor = Supervisor(self._launch)
        self._replay = replay

    def run(self) -> None:
        """Start everything, collect once, then watch until somebody asks to stop."""
        settings = self._settings
        restarts.forget(self._notes)
        self._prepare()
        server = CodeServer.at(settings.code_server) if settings.code_server else CodeServer(self._socket)
        parts.write_workspace(settings, server)
        self._supervisor.start(parts.code(settings, server))
        self._supervisor.start(parts.daemon(settings))
        self._supervisor.start(parts.api())
        if settings.ui:
            self._supervisor.start(parts.ui(settings))
        for line in _where(settings):
            self._terminal.say(line)
        has_collected = self._first_collection()
        if settings.ui:
            self._wait_for_ui()
        with self._filling_the_past() if has_collected else nullcontext():
            self._watch()

    def _prepare(self) -> None:
        """What has to be looked at and set right before anything starts, by a child that may load Dagster and DuckDB.

        Raises StartError with its sentence when the system cannot be started.
        """
        if home := self._settings.shared_home:
            self._terminal.note(f"Dagster's state is in {home} ({DAGSTER_HOME}): looking whether a daemon runs there.")
        command = [sys.executable, "-m", "crypto_pipeline", "prepare", "--daemon"]
        child = processes.spawn(command, self._env, Path.cwd())
        said = self._said_by(child)
        if child.returncode == 0 or self._asked_to_stop:
            return
        words = said.decode("utf-8", "replace").strip()
        if child.returncode == MISTAKE:
            raise StartError(words)
        self._terminal.note(words)
        raise SystemExit(child.returncode)

    def _said_by(self, child: subprocess.Popen[bytes]) -> bytes:
        """All that it prints until its end, which comes at once when somebody asks to stop."""
        while True:
            try:
                return child.communicate(timeout=NOTICE_EVERY)[0]
            except subprocess.TimeoutExpired:
                if self._asked_to_stop:
                    child.terminate()

    def _launch(self, part: Part) -> subprocess.Popen[bytes]:
        child = processes.spawn(part.command, self._env, self._notes)
        self._follow(child, part.name, part.log)
        self._pids[part.name] = child.pid
        restarts.note_running(self._notes, {"up": os.getpid(), **self._pids})
        return child

    def _follow(self, child: subprocess.Popen[bytes], name: str, log: str) -> None:
        assert child.stdout
        processes.pump(child.stdout, lambda line: self._logs[log].write(name, line))

    def _first_collection(self) -> bool:
        """Whether it got anything."""
        self._terminal.note("Asking every source for the first time; on a bad network this takes a minute or two.")
        command = [sys.executable, "-m", "crypto_pipeline", "collect", "historical"]
        if self._as_json:
            command.append("--quiet")
        child = processes.spawn(command, self._env, Path.cwd(), piped=self._as_json)
        if self._as_json:
            self._follow(child, "collect", parts.DAGSTER_LOG)
        self._until(lambda: child.poll() is not None)
        return child.returncode in {ALL_THERE, SOME_THERE}

    @contextmanager
    def _filling_the_past(self) -> Iterator[None]:
        """The days of the tracked coins are asked for beside everything else, by a child that says how far it is.

        It is asked to end with the others, and stores what it has; another start goes on from there.
        """
        since = self._settings.past_since
        if since == OFF:
            yield
            return
        of_which = ["--symbols", ",".join(sorted(MAJORS))] if self._settings.demo else []
        self._terminal.note(
            f"Filling the days since {since} of {'some large' if of_which else 'the tracked'} coins, beside the collections; "
            f"{PREFIX}PAST_SINCE chooses another day, or {OFF}."
        )
        command = [sys.executable, "-m", "crypto_pipeline", "backfill", "candles", "--since", since, "--quiet"]
        command += of_which
        child = processes.spawn(command, self._env, Path.cwd())
        if self._as_json:
            self._follow(child, "backfill", parts.DAGSTER_LOG)
        else:
            assert child.stdout
            processes.pump(child.stdout, self._terminal.note)
        threading.Thread(target=child.wait, daemon=True, name="end of the back-fill").start()  # or it stays as a zombie
        try:
            yield
        finally:
            if child.poll() is None:
                child.terminate()
                self._asked.add(child.pid)

    def _wait_for_ui(self) -> None:
        give_up = time.monotonic() + START_TAKES_AT_MOST
        log = self._notes / parts.DAGSTER_LOG

        def listens() -> bool:
            if self._supervisor.times_ended("ui") >= GIVE_UP_AFTER or time.monotonic() > give_up:
                raise StartError(f"Dagster's UI did not start; see {log}.")
            return processes.listens(self._settings.ui_port)

        self._until(listens)
        processes.require_guard(self._settings.ui_port)
        self._terminal.note(f"Dagster UI is ready: http://{LOOPBACK}:{self._settings.ui_port}")

    def _watch(self) -> None:
        """A line for each run that ends, until somebody asks to stop.

        In a thread: an API that is slow to answer must not keep a wish to stop waiting.
        """
        threading.Thread(target=self._tell_of_runs, daemon=True, name="runs that end").start()
        self._until(lambda: False)

    def _tell_of_runs(self) -> None:
        ended_runs = EndedRuns(self._settings)
        while True:
            for line in ended_runs.new_lines():
                self._terminal.say(line)
            time.sleep(LOOK_EVERY)

    def _until(self, condition: Callable[[], bool]) -> None:
        """Keep the parts running until the condition holds. Raises _Stop when somebody asks to stop first."""
        while not condition():
            if self._asked_to_stop:
                raise _Stop
            for ended in self._supervisor.look():
                self._note_end(ended)
            for ended in self._replay.look() if self._replay else ():
                self._note_end(ended)
            time.sleep(NOTICE_EVERY)

    def _note_end(self, ended: Ended) -> None:
        name = ended.part.name
        restarts.note(self._notes, Restart(name, utc_now(), ended.why, ended.times))
        see = f" See {self._notes / ended.part.log}." if ended.part.log else ""
        self._terminal.note(f"{name} ended by itself ({ended.why}); it is started again in {ended.pause:g} s.{see}")


_LOGS = (parts.DAGSTER_LOG, parts.API_LOG)


def _where(settings: Settings) -> list[str]:
    command = "crypto-pipeline query --demo" if settings.demo else "crypto-pipeline query"
    lines = [
        f"Dashboard     http://{settings.api_host}:{settings.api_port} (for programs: /docs)",
        f"Database      {settings.database}",
        f'Ask it        {command} "SELECT symbol, price_usd, sources FROM consensus_prices ORDER BY timestamp DESC LIMIT 10"',
        f"Schedules     {UI_JOB} at '{settings.ui_cron}', {HISTORICAL_JOB} at '{settings.historical_cron}' (UTC)",
        f"Log           {settings.notes / parts.DAGSTER_LOG}",
        "Stop          Ctrl-C",
    ]
    if settings.shared_home:
        lines.insert(-1, f"Runs          {settings.shared_home} ({DAGSTER_HOME}), beside those of others")
    if settings.ui:
        lines.insert(0, f"Dagster UI    http://{LOOPBACK}:{settings.ui_port} (in a moment)")
    if settings.demo:
        lines.insert(0, "DEMO          replayed answers, not the market")
    return lines


@contextmanager
def _folder_of_a_socket() -> Iterator[Path]:
    """A folder that nobody else may look into, with a short name: a socket's path has a hundred characters at most."""
    with tempfile.TemporaryDirectory(prefix="crypto-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _word_of_signals() -> list[int]:
    """The signals that asked to stop, as they come. A service manager's stop is the same as Ctrl-C.

    A plain list: a handler must not take a lock that we may hold, and an exception that strikes in a callback of the garbage
    collector is lost. Set for SIGINT as well: a shell that starts us in the background has it ignored.
    """
    asked: list[int] = []

    def leave_word(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, leave_word)
    signal.signal(signal.SIGTERM, leave_word)
    with suppress(AttributeError, ValueError, OSError):  # a terminal that is closed is the same
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            signal.signal(signal.SIGHUP, leave_word)
    return asked
