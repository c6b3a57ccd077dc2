"""The pages for people: the front page and the reference of the API. They need no script and nothing from elsewhere.

Belongs here: HTML.
Does not belong here: what is told (app.py makes the OpenAPI document, worker.py the answers).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from crypto_pipeline.api.answers import Down, Health
from crypto_pipeline.running.system import LOOPBACK
from crypto_pipeline.settings import Settings

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
code, pre {{ font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere }}
pre {{ overflow-x: auto; padding: .7rem; border: 1px solid #8886; border-radius: 6px; overflow-wrap: normal }}
table {{ border-collapse: collapse }} td, th {{ text-align: start; vertical-align: top; padding: .2rem .8rem .2rem 0 }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def front(settings: Settings, health: Health | Down) -> str:
    """What this is, how it is, and where to go on."""
    demo = "<p><strong>DEMO: replayed answers, not the market.</strong></p>" if settings.demo else ""
    dagster = f"http://{LOOPBACK}:{settings.ui_port}"
    return _page(
        "Crypto data bank",
        f"<h1>Crypto data bank</h1>{demo}"
        f"<p>{escape(health.message_en)}</p>"
        f'<p lang="fa" dir="rtl">{escape(health.message_fa)}</p>'
        "<ul>"
        '<li><a href="/docs">Reference of this API</a></li>'
        f'<li><a href="{dagster}">Dagster: runs, tables, schedules</a></li>'
        '<li><a href="/api/worker/status">State and numbers</a>, <a href="/api/worker/health">health</a></li>'
        "</ul>",
    )


def reference(openapi: Mapping[str, Any]) -> str:
    """The OpenAPI document as a page: each operation with its parameters, a command to try it, and its answers."""
    shapes = openapi["components"]["schemas"]
    parts = [
        f"<h1>{escape(openapi['info']['title'])} API</h1>",
        *(_text(paragraph) for paragraph in openapi["info"]["description"].split("\n\n")),
        '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>',
    ]
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(method.upper(), path, operation))
    parts.append("<h2>Fields</h2>")
    for name, shape in shapes.items():
        parts.extend(_shape(name, shape))
    return _page("Reference", "\n".join(parts))


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method} {escape(path)}</code></h2>"
    yield from map(_text, operation.get("description", "").split("\n\n"))
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        values = " | ".join(schema.get("enum", ()))
        yield _text(
            f"Parameter `{parameter['name']}`: {values}, default {schema['default']}. {parameter['description']}"
        )
    curl = "curl" if method == "GET" else f"curl -X {method}"
    yield f"<pre>{curl} http://127.0.0.1:7860{escape(path)}</pre>"
    rows = [
        (
            f"<code>{status}</code>",
            escape(answer["description"]),
            _linked(answer["content"]["application/json"]["schema"]),
        )
        for status, answer in operation["responses"].items()
        if "content" in answer
    ]
    yield _grid(rows)


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{name}">{name}</h3>'
    yield _grid(
        (f"<code>{field}</code>", _linked(schema), escape(schema.get("description", "")))
        for field, schema in shape["properties"].items()
    )


def _linked(schema: Mapping[str, Any]) -> str:
    """A type in words; a shape of ours leads to its fields."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_linked, schema["anyOf"]))
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const']))}</code>"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_linked(schema['items'])}"
    if schema.get("type") == "object":
        return f"object of {_linked(schema.get('additionalProperties', {}))}"
    return escape(schema.get("format") or schema.get("type", "any"))


def _text(markdown: str) -> str:
    """A paragraph or list of the little Markdown that the descriptions use."""
    pieces = escape(markdown.strip(), quote=False).split("`")
    html = "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
    if html.startswith("- "):
        return "<ul>" + "".join(f"<li>{line[2:]}</li>" for line in html.splitlines()) + "</ul>"
    return f"<p>{html}</p>" if html else ""


def _grid(rows: Iterable[tuple[str, ...]]) -> str:
    lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table>"


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=escape(title), body=body)
