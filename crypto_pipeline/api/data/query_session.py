"""Answering within bounds: briefly, from a database that others want as well, and not twice for nothing.

Belongs here: time, memory and turns; ETags and remembered answers; the database as a subject's function gets it.
Does not belong here: what is asked (one module a subject), HTTP's parameters (api/data/market_routes.py and its siblings).

The collector cannot write while somebody reads. So the file is open for as long as one answer takes and no longer, and
not at all when it has not changed since the same question was answered.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crypto_pipeline.api.data.response_cache import CachedResponse, ResponseCache
from crypto_pipeline.api.data.shapes import Answer
from crypto_pipeline.api.errors import Overloaded
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE, is_ahead, utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import DatabaseBusy, QueryLimitExceeded, Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.sql import not_ahead

SECONDS = 1.8
"""For everything: waiting for a turn and for the file, and the queries. Writing the answer takes the rest of two."""
WAIT_SECONDS = 0.8
"""For the file, which the collector holds for some 100 ms at a time."""
MAX_CONCURRENT = 2
"""Answers that are made at the same moment; DuckDB takes two threads for each."""
READ_MEMORY = "48MB"
"""For DuckDB; with the rows in Python and their JSON an answer stays below 64 MB."""
REMEMBERED_BYTES = 32_000_000

_NOT_STALE = b'"stale_seconds":null'


@dataclass(frozen=True, slots=True)
class Reading:
    """The database for one answer, as it is at one moment."""

    settings: Settings
    now: datetime
    _warehouse: Warehouse = field(repr=False)
    _deadline: float = field(repr=False)

    @property
    def latest(self) -> datetime:
        """The last moment of which a row can be; one of later was written by a clock that was ahead."""
        return self.now + CLOCK_TOLERANCE

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """What a query answers; nothing where there is no database yet. Raises QueryLimitExceeded."""
        if not self._warehouse.exists():
            return []
        seconds = max(self._deadline - time.monotonic(), 0.001)
        return self._warehouse.query(query, parameters, seconds=seconds).dicts()

    def one(self, query: str, **parameters: object) -> dict[str, Any] | None:
        """The first row."""
        return next(iter(self.rows(query, **parameters)), None)

    def value(self, query: str, **parameters: object) -> Any:
        """The first column of the first row."""
        row = self.one(query, **parameters)
        return next(iter(row.values())) if row else None

    def newest(self, table: str, column: str = "timestamp") -> Any:
        """The newest moment of a column, from the file's statistics; one that is ahead of the clock is an accident, and not it."""
        newest = self.value(f"SELECT max({column}) FROM {table}")
        if is_ahead(newest, self.now):
            newest = self.value(f"SELECT max({column}) FROM {table} WHERE {not_ahead(column)}")
        return newest


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as bytes; without a body when the caller has it already."""

    body: bytes | None
    etag: str | None
    """None on an answer that is out of date."""


class Reader:
    """Answers questions. Threads share one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._warehouse = warehouse_for(
            settings.model_copy(update={"lock_seconds": WAIT_SECONDS}), read_memory=READ_MEMORY
        )
        self._told_by = f"{VERSION} {settings.demo} {settings.dagster_page} {settings.root} {settings.ui_cron} {settings.historical_cron}"
        """What an answer depends on beside the database."""
        self._memory = ResponseCache(REMEMBERED_BYTES)
        self._turns = threading.BoundedSemaphore(MAX_CONCURRENT)

    @property
    def is_demo(self) -> bool:
        """Whether the answers are replayed ones."""
        return self._settings.demo

    def reply(
        self,
        question: str,
        answer: Callable[[Reading], Answer],
        *,
        moves: bool = False,
        known: str = "",
        form: str = "",
        arrived: float | None = None,
    ) -> Reply:
        """The answer, made now or remembered.

        :param question: identifies it: the path with its parameters.
        :param moves: whether the answer depends on the time of day: then it holds for a minute at most.
        :param known: the If-None-Match header.
        :param form: what is made of the answer afterwards; the same answer in another form has another ETag.
        :param arrived: when the question came, on the monotonic clock; its two seconds began then.
        :raises DatabaseBusy: another program holds the file, and nothing is remembered.
        :raises Overloaded: it did not come to its turn, and nothing is remembered.
        :raises QueryLimitExceeded: its queries took too long, or too much memory.
        """
        deadline = (time.monotonic() if arrived is None else arrived) + SECONDS
        version = self._version(moves)
        etag = f'W/"{hashlib.sha256(f"{version} {question} {form}".encode()).hexdigest()[:24]}"'
        if etag in (one.strip() for one in known.split(",")):
            return Reply(None, etag)
        remembered = self._memory.get(question)
        if remembered and remembered.version == version:
            return Reply(remembered.body, etag)
        try:
            with self._turn():
                remembered = self._memory.get(question)
                if remembered and remembered.version == version:  # somebody else has asked the same meanwhile
                    return Reply(remembered.body, etag)
                body = self._made(answer, deadline)
                self._memory.put(question, CachedResponse(body, version, time.monotonic()))
                return Reply(body, etag)
        except (DatabaseBusy, Overloaded):
            if remembered is None:
                raise
            return Reply(_aged(remembered), None)

    def _made(self, answer: Callable[[Reading], Answer], deadline: float) -> bytes:
        reading = Reading(self._settings, utc_now(), self._warehouse, deadline)
        try:
            with self._warehouse.reading() if self._warehouse.exists() else nullcontext():
                made = answer(reading)
        except QueryLimitExceeded:
            raise QueryLimitExceeded(
                f"This took more than {SECONDS:g} s or {READ_MEMORY} and was given up; ask for a shorter time, for one coin or "
                "source, or for fewer rows."
            ) from None
        made.demo = self._settings.demo
        return made.model_dump_json(by_alias=True).encode()

    def _version(self, moves: bool) -> str:
        """Taken before the file is opened: what is written in between makes the next answer a new one."""
        minute = int(time.time() // 60) if moves else ""
        return f"{self._told_by} {self._warehouse.mark()} {minute}"

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise Overloaded("Too many questions are being answered at the moment; try again in a second.")
        try:
            yield
        finally:
            self._turns.release()


def _aged(remembered: CachedResponse) -> bytes:
    """The same answer, saying its age."""
    age = f'"stale_seconds":{time.monotonic() - remembered.at:.1f}'
    return remembered.body.replace(_NOT_STALE, age.encode(), 1)
