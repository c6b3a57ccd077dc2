"""A database of known rows behind the real application, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.data.query_session import Reader
from crypto_pipeline.api.exports import Exports
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.batches import Rows
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.api.test_away import Client, asked

ROOT = "/api/data"


@dataclass
class Data:
    settings: Settings
    client: Client

    @property
    def warehouse(self) -> Warehouse:
        return warehouse_for(self.settings)

    def store(self, **tables: Rows) -> None:
        self.warehouse.merge(tables)

    def ask(self, question: str, **headers: str) -> httpx.Response:
        path = question if question.startswith("/") else f"{ROOT}/{question}"
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def get(self, question: str) -> Any:
        """The answer to a question that can be answered."""
        answer = self.ask(question)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, question: str, status: int) -> str:
        """The one sentence that is told instead."""
        answer = self.ask(question)
        assert (answer.status_code, set(answer.json())) == (status, {"detail"}), answer.text
        detail = answer.json()["detail"]
        assert isinstance(detail, str)
        assert detail.endswith((".", "second"))
        assert "\n" not in detail
        return detail

    def sql(self, query: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """What DuckDB itself says, with times as the API writes them."""
        rows = self.warehouse.query(query, parameters or {}).dicts()
        return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@dataclass
class ClientOfOne(Client):
    """Asks the application that is built once, about one database: making its paths takes longer than most answers."""

    reader: Reader
    exports: Exports

    async def _ask(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        self.app.state.reader, self.app.state.exports = self.reader, self.exports
        return await super()._ask(method, path, options)


@cache
def _application() -> FastAPI:
    """With the usual settings; what it says of runs and of itself is about a folder that does not exist."""
    settings = Settings(data_dir=Path("no data"))
    return build_app(settings, Worker(settings))


@contextmanager
def data_in(folder: Path, **settings: Any) -> Iterator[Data]:
    """The application over a database in this folder, which need not exist yet. With settings it is one of its own."""
    chosen = Settings(data_dir=folder, **settings)
    if settings:
        with asked(chosen) as client:
            yield Data(chosen, client)
    else:
        yield Data(chosen, client_of_one(chosen))


def client_of_one(settings: Settings) -> ClientOfOne:
    """The usual application, which reads what these settings say; who may come in, and what is told of runs, stays as usual."""
    return ClientOfOne(_application(), Reader(settings), Exports(settings))
