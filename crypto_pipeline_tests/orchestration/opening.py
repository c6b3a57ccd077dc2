"""Processes that open Dagster's instance at the same moment, each as a command does, with a data folder of its own or one for all.

Run as a program of its own: it forks, which a test process with threads should not, and so what takes longest, the import of
Dagster, is done once. Prints one JSON line: what each of them said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.settings import load_settings
from crypto_pipeline_tests.project import PROJECT, environment


def opened_at_once(folders: Sequence[Path], **settings: str) -> list[str]:
    """How many runs each of the processes sees, one for each folder, or why it sees none."""
    command = [sys.executable, "-m", __name__, *map(str, folders)]
    env = environment(folders[0], **settings)
    done = subprocess.run(command, env=env, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    said: list[str] = json.loads(done.stdout)
    return said


def main(folders: list[str]) -> None:
    begin, tell = os.pipe()
    reading = [_forked(folder, begin, tell) for folder in folders]
    os.close(begin)
    os.close(tell)  # which they all wait for
    print(json.dumps([_read(one) for one in reading]))


def _forked(folder: str, begin: int, tell: int) -> int:
    """Where the process writes to that opens the instance when the pipe is closed."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(tell)
        os.read(begin, 1)
        try:
            with open_instance(load_settings(data_dir=Path(folder))) as instance:
                os.write(writer, str(len(instance.get_runs())).encode())
        except BaseException as error:
            os.write(writer, repr(error).encode())
        os._exit(0)
    os.close(writer)
    return reader


def _read(end: int) -> str:
    with os.fdopen(end) as said:
        return said.read()


if __name__ == "__main__":
    main(sys.argv[1:])
