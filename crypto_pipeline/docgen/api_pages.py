"""docs/api.md: every path of the HTTP API, as a page for people.

Belongs here: an OpenAPI document in, Markdown out; what is said before the paths.
Does not belong here: the API (api/), reading the document (api/openapi.py), the page that the running API serves under /docs (api/pages.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from textwrap import fill
from typing import Any

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.data.formats import PARAMETERS
from crypto_pipeline.api.openapi import Schema, choices, example, shape_of
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.docgen.translations import said
from crypto_pipeline.settings import Settings

GROUPS: Mapping[str, str] = {
    "data": "Data: what was collected",
    "files": "Files: whole tables, and questions in SQL",
    "worker": "Worker: how the collections do",
}
"""Headings by the tag of the operations under them."""

_OPENING = """\
# HTTP API

<!-- Made from crypto_pipeline/api/ by `make docs`; change it there. -->

While `make run` or `crypto-pipeline api` runs, it answers at <http://127.0.0.1:7860>. The same as here, with the meaning of each field, is at <http://127.0.0.1:7860/docs>, for programs at `/openapi.json`.

```sh
curl -s 'http://127.0.0.1:7860/api/data/prices?symbol=BTC&symbol=ETH'
curl -s 'http://127.0.0.1:7860/api/data/history?symbol=BTC&from=2026-11-24T00:00&to=2026-11-25T00:00&points=24'
curl -s 'http://127.0.0.1:7860/api/data/news?language=en&limit=5'
```

- Answers are JSON, or [files](#files). Times are ISO 8601 in UTC. A number is as it is stored, never rounded; `null` is what no source said. Percent are percent: 1.5 is 1.5 %.
- Every answer under `/api/data/` has `as_of`, the time at which the newest row behind it was collected; `demo`, true for replayed answers; and `stale_seconds`, which is `null` unless another program holds the database and the answer is one from before.
- Most answers under `/api/worker/` also say in words what they mean: `message_en` in English, `message_fa` in Persian.
- Fields have the names of the columns that they come from: [tables.md](tables.md) says what they mean and in which unit. Below, `{ }` is one object and `[{ }]` a list of them.

## Pages

A list has at most `limit` entries. `next` is the address of the page after it, or `null`. Following it skips nothing and repeats nothing while new rows arrive.

## Files

Every answer under `/api/data/` also comes as CSV, Parquet or Arrow: ask with `format`, or with the `Accept` header. A file has the rows of one list of the answer, in the same order and with the same bounds as JSON.

```sh
curl -s 'http://127.0.0.1:7860/api/data/prices?format=csv' -o prices.csv
curl -s 'http://127.0.0.1:7860/api/data/candles?symbol=BTC&interval=1d&limit=2000' -H 'Accept: application/vnd.apache.parquet' -o btc.parquet
```

| parameter | values | meaning |
|---|---|---|
| `format` | `json`, `csv`, `parquet`, `arrow` | instead of an `Accept` header of `text/csv`, `application/vnd.apache.parquet` or `application/vnd.apache.arrow.stream`, Arrow's IPC stream |
| `part` | name of a list | which list of the answer; left out, the one with the rows that were asked for: `prices` of `/api/data/overview`, `candles` of `/api/data/candles` |
| `times` | `iso`, `plain` | of CSV: `2026-11-24T12:00:00+00:00`, or `2026-11-24 12:00:00`, in UTC as well, which spreadsheets take for a time |

In CSV a list is its items with commas between them and an object is JSON; Parquet and Arrow keep both as they are. `as_of` and `stale_seconds` are in the JSON answer only; the name of a file with replayed answers begins with `demo-`. The page after it is in the `Link` header, with `rel="next"`. A text of a source may begin with `=`, and a spreadsheet that opens a CSV file takes that for a formula: import the column as text.

Whole tables are under `/api/tables/`, and `/api/sql` answers a question in SQL, in the same formats. Such a file is made by a process of its own before the first byte is sent, and no row of it goes through the API: the database is free again, however slowly the file is taken. `X-Truncated` says whether there are more rows than `limit`.

```sh
curl -s 'http://127.0.0.1:7860/api/tables/cached_ohlc?symbol=BTC&limit=100000&format=parquet' -o candles.parquet
curl -s 'http://127.0.0.1:7860/api/sql?format=csv' -G --data-urlencode 'query=SELECT symbol, price_usd FROM consensus_prices LIMIT 10'
```

## SQL

[The page at `/sql`](http://127.0.0.1:7860/sql) has a box for it, with the ready questions, a table and a chart. A question can read this database, and nothing else: no other file, no network, no setting, no second statement. Its process knows no key, may take 512 MB and 10 seconds, and answers at most 100,000 rows; the [settings](configuration.md) `CRYPTO_PIPELINE_SQL_MEMORY_MB`, `CRYPTO_PIPELINE_SQL_SECONDS` and `CRYPTO_PIPELINE_SQL_ROWS` say otherwise. macOS does not enforce the bound of memory.

Where the API listens to others, or a proxy passes requests on, it answers no SQL unless `CRYPTO_PIPELINE_SQL=on` says so: who may ask can then read every table, and keep one processor busy. `CRYPTO_PIPELINE_SQL=off` switches it off on this machine as well.

## Asking again

Every answer under `/api/data/` has an `ETag`. Sent back in `If-None-Match`, it gets 304 without a body for as long as the database has not changed, and the database is not even opened.

```sh
curl -s http://127.0.0.1:7860/api/data/prices -H 'If-None-Match: "..."'
```

## Limits

No question takes more than 2 seconds or 64 MB. Two are answered at the same moment, the others wait for their turn, and who does not come to it within a second gets 503 at once. What would take longer gets 503 with a sentence that says what to narrow; too wide a range of time gets 422 with the longest that will do.

## Errors

An error is `{"detail": "..."}` with one sentence for a person.

| status | when |
|---|---|
| 400 | a collection is forced while the schedules are off, or of an unknown kind |
| 401 | a token is set and was not sent: `Authorization: Bearer TOKEN` |
| 403 | a page of another origin wants to change something, the host in the address is not this machine, or SQL is off |
| 404 | there is no such path, coin, chain, source or table |
| 422 | a parameter is unknown or cannot be used, or a question in SQL cannot be run |
| 503 | the database is held by another program, or the question takes too long; `Retry-After` says when to try again. Under `/api/worker/`: Dagster or its storage cannot be reached |

## Who may ask

The API listens on 127.0.0.1 and wants no password there. It answers pages of its own origin only. With `CRYPTO_PIPELINE_API_TOKEN` every request needs the token, and only then it may listen elsewhere (`CRYPTO_PIPELINE_API_HOST`). It speaks plain HTTP: TLS is the business of a reverse proxy."""

_TOLD_ONCE: Mapping[str, frozenset[str]] = {
    "data": frozenset({"as_of", "demo", "stale_seconds"}),
    "files": frozenset(),
    "worker": frozenset({"message_en", "message_fa"}),
}
"""Fields that the opening tells of, by the tag of the operations that have them."""
_WIDTH = 110


def api_markdown(language: str = "en") -> str:
    """What is said of all paths, then each path with its parameters and the fields of its answer."""
    document = openapi()
    blocks = [said(_OPENING, language)]
    for tag, title in GROUPS.items():
        blocks.append(f"## {said(title, language)}")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag in operation["tags"]:
                    blocks.extend(_operation(method.upper(), path, operation, document, language))
    return "\n\n".join(blocks) + "\n"


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document of the application with settings that nobody has touched. Nothing is started or opened.

    Every caller gets the same one, to be read only: making it takes a second.
    """
    settings = Settings.model_construct()
    with Worker(settings) as worker:
        return build_app(settings, worker).openapi()


def _operation(method: str, path: str, operation: Schema, document: Schema, language: str) -> Iterator[str]:
    yield f"### `{method} {path}`"
    yield from (said(" ".join(text.split()), language) for text in operation.get("description", "").split("\n\n"))
    yield f"```sh\n{example(method, path, operation)}\n```"
    parameters = [one for one in operation.get("parameters", ()) if one["name"] not in PARAMETERS]
    if parameters:
        yield "\n".join(
            [
                said("| parameter | values | default | meaning |", language),
                "|---|---|---|---|",
                *(_parameter(one, language) for one in parameters),
            ]
        )
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    told_once = _TOLD_ONCE[operation["tags"][0]]
    yield said("The answer:", language)
    yield f"```\n{_laid_out(list(_fields(answer, document['components']['schemas'], told_once)))}\n```"


def _parameter(one: Schema, language: str) -> str:
    schema = choices(one["schema"])[0]
    default = one["schema"].get("default")
    usual = said("needed", language) if one.get("required") else "" if default is None else f"`{_plain(default)}`"
    meaning = said(one.get("description", ""), language).replace("|", "\\|")
    return f"| `{one['name']}` | {_values(schema, language)} | {usual} | {meaning} |"


def _values(schema: Schema, language: str) -> str:
    if "enum" in schema:
        return said(", ", language).join(f"`{_plain(choice)}`" for choice in schema["enum"])
    if schema.get("format") == "date-time":
        return said("a time", language)
    if schema["type"] == "array":
        return said("several", language)
    if schema["type"] == "boolean":
        return said(", ", language).join(("`1`", "`0`"))
    if "minimum" in schema and "maximum" in schema:
        return said("{least} to {most}", language, least=schema["minimum"], most=schema["maximum"])
    return said({"string": "a text", "number": "a number", "integer": "a number"}[schema["type"]], language)


def _laid_out(fields: Sequence[str]) -> str:
    """An object on one line, or with a line for each of its fields."""
    line = f"{{ {', '.join(fields)} }}"
    if len(line) <= _WIDTH:
        return line
    lines = (fill(field, _WIDTH, initial_indent="  ", subsequent_indent="    ") for field in fields)
    return "{\n" + ",\n".join(lines) + "\n}"


def _fields(schema: Schema, shapes: Mapping[str, Schema], left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """The fields of a shape by name, with those of the shapes inside it."""
    for name, field in shapes[shape_of(schema)].get("properties", {}).items():
        if name in left_out:
            continue
        kind = choices(field)[0]
        listed = kind.get("type") == "array"
        inner = choices(kind["items"])[0] if listed else kind
        if not shape_of(inner):
            yield name
            continue
        inside = f"{{ {', '.join(_fields(inner, shapes))} }}"
        yield f"{name}: [{inside}]" if listed else f"{name}: {inside}"


def _plain(value: object) -> str:
    """A value as it is written in an address."""
    return str(int(value)) if isinstance(value, bool) else str(value)
