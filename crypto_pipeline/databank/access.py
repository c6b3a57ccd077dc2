"""The data bank from Python: ``crypto_pipeline.connect()``.

Belongs here: asking in SQL, getting frames, Arrow, files, DuckDB cursors and relations.
Does not belong here: who may have the file open, and when (warehouse/database.py); ready questions (questions/).

The file is open only while a question runs. The answer is put into a database in memory and handed out from there, so a
notebook may stay open, with all its answers, for days: the collector never waits for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from crypto_pipeline.databank import candles
from crypto_pipeline.databank.files import ARROW, CSV, PARQUET, FileFormat, Times
from crypto_pipeline.databank.spreadsheet import WORKBOOK
from crypto_pipeline.settings import load_settings
from crypto_pipeline.warehouse import WarehouseError, sql
from crypto_pipeline.warehouse.connection import UNTIL_BEGUN, Connection, for_answers, in_utc
from crypto_pipeline.warehouse.engines import LOCK_SECONDS, Storage, file_for
from crypto_pipeline.warehouse.errors import cannot_be_run, no_database
from crypto_pipeline.warehouse.statements import as_table, only_reading, own_lines

if TYPE_CHECKING:
    import pandas as pd
    import polars
    import pyarrow

Parameters: TypeAlias = Sequence[object] | Mapping[str, object]

SAVED: Mapping[str, FileFormat] = {one.name: one for one in (CSV, PARQUET, ARROW, WORKBOOK)}
"""What an answer can be saved as."""

_ANSWER = "temp.main.answer"
"""Each cursor has temporary tables of its own, and they go when the cursor does."""
_TIME, _WIDE = "TIMESTAMP WITH TIME ZONE", ("HUGEINT", "UHUGEINT")
_ASKING = "a question of crypto_pipeline.connect()"
"""The name of the thread in which DuckDB works."""
_UNTIL_SIGNALS = 0.5
"""Seconds after which Ctrl-C is heard that came just before the waiting began: it does not end a wait that begins then."""
_TABLES = """
SELECT table_name, comment FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main'
ORDER BY ALL
"""


def open_data_bank(database: str | os.PathLike[str] | None = None, *, lock_seconds: float | None = None) -> DataBank:
    """See crypto_pipeline.connect(). Raises NoDatabase, SettingsError."""
    overrides = {"database_url": None if database is None else str(database), "lock_seconds": lock_seconds}
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    return DataBank(settings.database, lock_seconds=settings.lock_seconds)


class DataBank:
    """A DuckDB file that is asked like DuckDB's own connection, and that stays free for others between two questions.

    Only reading is possible. Every time is UTC. Threads may share it; their questions are asked one after the other.
    Its questions raise InvalidQuery when they cannot be run, DatabaseBusy when another program held the file for
    ``lock_seconds``, DatabaseUnusable when the file is damaged or may not be read: WarehouseErrors all of them.

    :param path: the file; it must be there.
    """

    def __init__(self, path: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        if not path.exists():
            raise no_database(path)
        self.path = path.absolute()
        self._name = _name_in_sql(path)
        self._file = file_for(Storage(path, lock_seconds))
        self._answers: Connection | None = for_answers()

    def df(self, query: str, parameters: Parameters = ()) -> pd.DataFrame:
        """The answer as a pandas frame.

        Times are datetime64 in UTC, whole numbers stay whole numbers (Int64 where some are missing). A sum of counts,
        which DuckDB keeps in 128 bits, is Int64 as well, unless it does not fit. Raises what sql() does.
        """
        answer = self.sql(query, parameters)
        kinds = {name: str(kind) for name, kind in zip(answer.columns, answer.types, strict=True)}
        times = [name for name, kind in kinds.items() if kind == _TIME]
        wide = [name for name, kind in kinds.items() if kind in _WIDE]
        naive = {name: f"{sql.quoted(name)} AT TIME ZONE 'UTC'" for name in times}
        frame: pd.DataFrame
        try:
            frame = _with(answer, naive | {name: f"CAST({sql.quoted(name)} AS BIGINT)" for name in wide}).df()
        except duckdb.ConversionException:
            frame = _with(answer, naive).df()
        for name in times:
            frame[name] = frame[name].dt.tz_localize("UTC")
        return frame

    def arrow(self, query: str, parameters: Parameters = ()) -> pyarrow.Table:
        """The answer as a table of pyarrow; times are timestamp[us, UTC]. Raises ImportError without pyarrow ([arrow])."""
        _require("pyarrow")
        return self.sql(query, parameters).to_arrow_table()

    def pl(self, query: str, parameters: Parameters = ()) -> polars.DataFrame:
        """The answer as a frame of polars, times in UTC. Raises ImportError without polars and pyarrow ([arrow])."""
        _require("polars", "pyarrow")
        frame: polars.DataFrame = self.sql(query, parameters).pl()
        return frame

    def save(
        self,
        query: str,
        path: str | os.PathLike[str],
        parameters: Parameters = (),
        *,
        form: str | None = None,
        times: Times = "iso",
    ) -> int:
        """The answer as a file; gives the number of its rows. What the path held before is there until the file is whole.

        :param form: csv, parquet, arrow or xlsx; left out, as the path ends: .csv, .parquet, .arrows, .xlsx.
        :param times: how CSV writes times: iso, or plain for spreadsheets.
        :raises ValueError: no such format.
        :raises OSError: the file cannot be written.
        """
        target = Path(path)
        chosen = next(
            (one for one in SAVED.values() if form == one.name or (not form and target.suffix.lower() == one.suffix)),
            None,
        )
        if chosen is None:
            raise ValueError(f"{form or target.name!r} says no format; there is {', '.join(SAVED)}")
        cursor = self._ask(query, parameters)
        ((rows,),) = cursor.execute(f"SELECT count(*) FROM {_ANSWER}").fetchall()
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            part.touch()  # DuckDB's own words for a folder that is not there are longer
            chosen.write(cursor, f"FROM {_ANSWER}", part, times)
            os.replace(part, target)
        except duckdb.Error as error:
            raise _explained(error, self.path) from error
        finally:
            part.unlink(missing_ok=True)
        return int(rows)

    def execute(self, query: str, parameters: Parameters = ()) -> Connection:
        """A DuckDB cursor that stands at the answer: fetchone(), fetchall(), fetchmany(), df(), description ...

        The tables are not in it, only the answer; ask the next question here again. Raises what sql() does.
        """
        return self._ask(query, parameters).execute(f"FROM {_ANSWER}")

    def sql(self, query: str, parameters: Parameters = ()) -> duckdb.DuckDBPyRelation:
        """The answer as a DuckDB relation: show(), filter(), aggregate(), order(), df() ... go on from there.

        Raises InvalidQuery with DuckDB's own words, DatabaseBusy, DatabaseUnusable.
        """
        return self._ask(query, parameters).table(_ANSWER)

    def candles(
        self,
        symbol: str,
        interval: str = "1d",
        *,
        provider: str = candles.CONSENSUS,
        since: str | date | None = None,
        until: str | date | None = None,
    ) -> pd.DataFrame:
        """Candles of a coin, the oldest first: over all spot exchanges, or as one exchange has them.

        Prices are dollars, of one exchange those of column ``currency``; volume is in coins. Nothing is filled in: a candle
        that is not there is missing (table candle_gaps says why). ``since`` counts, ``until`` does not; without a zone they
        are UTC. ValueError for a length that there is not; else as df().

        :param provider: "consensus", or the name of an exchange.
        """
        return self.df(*candles.question(symbol, interval, provider, since, until))

    def tables(self) -> pd.DataFrame:
        """The tables, with the number of their rows and what one row is. The views of archived tables are not counted.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        with self._asking() as cursor:
            found = cursor.execute(_TABLES).fetchall()
            counts = " UNION ALL ".join(
                f"SELECT {sql.literal(name)} AS name, count(*) AS rows FROM main.{sql.quoted(name)}"
                for name, _ in found
            )
            rows_of = dict(cursor.execute(counts).fetchall()) if found else {}
        import pandas as pd

        rows = [(name, rows_of[name], comment) for name, comment in found]
        frame: pd.DataFrame = pd.DataFrame(rows, columns=["table", "rows", "one row is"])
        return frame

    def close(self) -> None:
        """Give the memory back. Answers that were handed out stay as they are."""
        self._answers = None  # not closed: that would close the cursors that were handed out

    def __enter__(self) -> DataBank:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "open for questions, read-only" if self._answers else "closed"
        return f"<DataBank {self.path}: {state}>"

    def _ask(self, query: str, parameters: Parameters) -> Connection:
        """A cursor with the answer in _ANSWER."""
        is_table = only_reading(query)
        with self._asking() as cursor:
            try:
                if is_table:
                    _run(cursor, f"CREATE TEMP TABLE {_ANSWER} AS {as_table(query)}", parameters)
                else:
                    _keep(cursor, _run(cursor, query, parameters))
            except duckdb.Error as error:
                raise _explained(error, self.path) from error
        return cursor

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """A cursor that sees the file in the block."""
        if self._answers is None:
            raise WarehouseError("This data bank was closed; crypto_pipeline.connect() opens it again.")
        cursor = in_utc(self._answers.cursor())
        with self._file.attached(cursor, self._name):
            yield cursor


def _name_in_sql(path: Path) -> str:
    """The name that DuckDB's own tools give to the file's database."""
    return f"{path.stem}_db" if path.stem.lower() in {"memory", "temp", "system", "main"} else path.stem


def _with(answer: duckdb.DuckDBPyRelation, instead: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
    if not instead:
        return answer
    return answer.project(
        f"* REPLACE ({', '.join(f'{value} AS {sql.quoted(name)}' for name, value in instead.items())})"
    )


def _run(cursor: Connection, query: str, parameters: Parameters) -> Connection:
    """Run it so that Ctrl-C, or a notebook's stop button, ends it: DuckDB 2.0 does not look for either while it works."""
    running: Future[Connection] = Future()

    def run() -> None:
        if running.set_running_or_notify_cancel():
            try:
                running.set_result(cursor.execute(query, parameters))
            except BaseException as error:
                running.set_exception(error)

    thread = threading.Thread(target=run, name=_ASKING)
    try:
        thread.start()
        while not running.done():
            wait([running], timeout=_UNTIL_SIGNALS)
        return running.result()
    except KeyboardInterrupt:
        while not (running.cancel() or running.done()):
            cursor.interrupt()  # again and again: one that comes before DuckDB has begun is forgotten
            wait([running], timeout=UNTIL_BEGUN)
        raise


def _require(*packages: str) -> None:
    """Raise ImportError with what to install, where one of the packages is missing."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        needs = " and ".join(missing)
        raise ImportError(f"This needs {needs}: pip install 'crypto_pipeline[arrow]'.", name=missing[0])


def _keep(cursor: Connection, answer: Connection) -> None:
    """What an EXPLAIN, a PRAGMA or a SHOW says, as a table: few rows, that no CREATE TABLE AS takes."""
    columns = [(name, str(kind)) for name, kind, *_ in answer.description or ()]
    rows = answer.fetchall()
    cursor.execute(f"CREATE TEMP TABLE {_ANSWER} ({', '.join(f'{sql.quoted(name)} {kind}' for name, kind in columns)})")
    if rows:
        cursor.executemany(f"INSERT INTO {_ANSWER} VALUES ({', '.join('?' * len(columns))})", rows)


def _explained(error: duckdb.Error, path: Path) -> WarehouseError:
    """Our own line before the query does not count."""
    why = cannot_be_run(error, path)
    return type(why)(own_lines(str(why), before=1))
