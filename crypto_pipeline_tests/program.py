"""A program of a test in a process of its own, as ``python -c CODE ARGUMENTS`` would run it, without the second that an
interpreter takes to read the libraries: it is forked from one that has read them (forked.py).

Belongs here: its streams, which are pipes, and its end.
Does not belong here: what is about an interpreter that begins or ends: subprocess.
"""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from types import ModuleType, TracebackType

from crypto_pipeline_tests.forked import CONTEXT, TIMEOUT_SECONDS
from crypto_pipeline_tests.project import PROJECT


class Program:
    """One that runs. In a ``with`` statement it is killed at the end of the block, if it still runs."""

    def __init__(self, code: str, *arguments: str) -> None:
        ours, theirs = [], []
        for mode in ("w", "r", "r"):
            reader, writer = os.pipe()
            mine, its = (writer, reader) if mode == "w" else (reader, writer)
            ours.append(os.fdopen(mine, mode, encoding="utf-8"))
            theirs.append(Connection(its, readable=mode == "w", writable=mode == "r"))
        self.stdin, self.stdout, self.stderr = ours
        self._process = CONTEXT.Process(target=_run, args=(code, arguments, dict(os.environ), theirs))
        self._process.start()
        for stream in theirs:
            stream.close()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join(TIMEOUT_SECONDS)

    def ended(self, said: str = "") -> tuple[int, str, str]:
        """Say this to it and wait for its end: its exit code, and the rest of what it writes, of a page at most to stderr."""
        self.stdin.write(said)
        self.stdin.close()
        out, err = self.stdout.read(), self.stderr.read()
        self._process.join(TIMEOUT_SECONDS)
        code = self._process.exitcode
        assert code is not None
        return code, out, err


def output(code: str, *arguments: str) -> str:
    """What a program writes that ends well."""
    with Program(code, *arguments) as program:
        ended, out, err = program.ended()
    print(err, end="", file=sys.stderr)  # shown beside a test that fails
    assert ended == 0, err
    return out


def output_of(module: ModuleType, *arguments: str) -> str:
    """The same of a module that is a program: ``python -m MODULE ARGUMENTS``."""
    return output(f"import runpy; runpy.run_module({module.__name__!r}, run_name='__main__')", *arguments)


def _run(code: str, arguments: tuple[str, ...], environment: dict[str, str], streams: list[Connection]) -> None:
    os.setsid()
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["-c", *arguments]
    for descriptor, stream in enumerate(streams):
        os.dup2(stream.fileno(), descriptor)
        stream.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
