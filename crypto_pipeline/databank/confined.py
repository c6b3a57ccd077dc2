"""A question of somebody we do not trust, answered in a process of its own: ``python -m crypto_pipeline.databank.confined``.

Belongs here: what such a question may do, and the bounds that the process sets itself.
Does not belong here: starting and ending the process (databank/confinement.py).

DuckDB's own bounds are not enough: ``repeat('x', 2_000_000_000)`` took 3.9 GB under a limit of 60 MB and did not listen to an
interrupt for 25 s. A process can be bounded by the system, and ended. It knows no keys, reads one file, and writes one.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from crypto_pipeline.databank.files import FORMATS, Times
from crypto_pipeline.warehouse import WarehouseError, sql
from crypto_pipeline.warehouse.connection import Connection, in_utc, interrupted_after
from crypto_pipeline.warehouse.engines import Storage, file_for
from crypto_pipeline.warehouse.errors import QueryLimitExceeded, cannot_be_run, not_reading
from crypto_pipeline.warehouse.statements import as_table, only_reading, own_lines

DATABASE = "crypto_data"
"""The name of the file's database in a question."""
_LARGEST_FILE = 200_000_000
_MORE_FOR_PYTHON = 300_000_000
"""Bytes beside those that DuckDB may take: the interpreter, its libraries' data, threads' stacks."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is given on its standard input."""

    database: str
    query: str
    form: str
    """A name of FORMATS."""
    times: Times
    rows: int
    """At most so many rows; a question that has more is cut."""
    seconds: float
    lock_seconds: float
    memory_mb: int
    answer: str
    """Path of the file to be written, in a folder of its own."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What it says on its standard output."""

    truncated: bool = False
    error: str = ""
    """Name of a WarehouseError; empty when the file is there."""
    message: str = ""


def main() -> None:
    """Read a Task, write its file, say a Reply."""
    task = Task(**json.load(sys.stdin))
    _bound(task)
    try:
        outcome = answer(task)
    except WarehouseError as error:
        outcome = Reply(error=type(error).__name__, message=str(error))
    json.dump(asdict(outcome), sys.stdout)


def _bound(task: Task) -> None:
    """Where the system has no such limits (Windows) DuckDB's own are all there is."""
    signal.alarm(round(task.seconds + task.lock_seconds) + 5)  # for one whose parent was killed
    import resource

    memory = task.memory_mb * 1_000_000 + _MORE_FOR_PYTHON
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing more is an error then, and not the end


def answer(task: Task) -> Reply:
    """Write the file. Raises WarehouseErrors."""
    if not only_reading(task.query):
        raise not_reading()
    answers = in_utc(duckdb.connect(":memory:", config=_configuration(task)))
    with file_for(Storage(Path(task.database), task.lock_seconds)).attached(answers, DATABASE):
        _lock(answers, task)
        try:
            with interrupted_after(answers, task.seconds):
                return _written(answers, task)
        except duckdb.InterruptException:
            raise took_too_long(task.seconds) from None
        except (duckdb.OutOfMemoryException, MemoryError):
            raise QueryLimitExceeded(
                f"This took more than {task.memory_mb} MB and was given up; ask for less."
            ) from None
        except duckdb.IOException as error:
            if "too large" in str(error).lower():
                raise _too_large() from None
            raise _explained(error) from None
        except duckdb.Error as error:
            raise _explained(error) from None
        except OSError:
            raise _too_large() from None


def _written(answers: Connection, task: Task) -> Reply:
    query = as_table(task.query).strip().rstrip(";")
    form = FORMATS[task.form]
    # The innermost line is the person's own: whatever it ends with, a comment too, does not reach beyond it.
    one_more = f"SELECT * FROM (\n{query}\n) LIMIT {task.rows + 1}"
    answers.execute(f"CREATE TEMP TABLE temp.main.answer AS {one_more}")
    ((counted,),) = answers.execute("SELECT count(*) FROM temp.main.answer").fetchall()
    form.write(answers, f"FROM temp.main.answer LIMIT {task.rows}", Path(task.answer), task.times)
    return Reply(counted > task.rows)


def _configuration(task: Task) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "threads": 1,
        "memory_limit": f"{task.memory_mb // 2}MB",
        "temp_directory": str(Path(task.answer).parent / "spill"),
        "max_temp_directory_size": f"{_LARGEST_FILE * 5 // 1_000_000}MB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }


def _lock(answers: Connection, task: Task) -> None:
    """From here on no statement reaches another file, the network or a setting, whatever it is."""
    answers.execute(f"SET allowed_paths = [{sql.literal(task.answer)}]")
    answers.execute("SET enable_external_access = false")
    answers.execute("SET lock_configuration = true")


def took_too_long(seconds: float) -> QueryLimitExceeded:
    """The question used up its time."""
    return QueryLimitExceeded(f"This took more than {seconds:g} s and was given up; ask for less.")


def _explained(error: duckdb.Error) -> WarehouseError:
    why = cannot_be_run(error)
    return type(why)(own_lines(str(why), before=1))


def _too_large() -> QueryLimitExceeded:
    return QueryLimitExceeded(
        f"The answer is larger than {_LARGEST_FILE // 1_000_000} MB and was given up; ask for fewer rows or columns."
    )


if __name__ == "__main__":
    main()
