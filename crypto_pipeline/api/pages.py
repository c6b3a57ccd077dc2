"""The reference of the API as a page. It needs no script and nothing from elsewhere.

Belongs here: HTML.
Does not belong here: making the OpenAPI document (api/app.py), reading it (api/openapi.py), the dashboard (api/dashboard.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from crypto_pipeline.api.openapi import choices, example, shape_of

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


def reference(openapi: Mapping[str, Any]) -> str:
    """The OpenAPI document as a page: each operation with its parameters, a command to try it, and its answers."""
    shapes = openapi["components"]["schemas"]
    parts = [
        f"<h1>{escape(openapi['info']['title'])} API</h1>",
        *(_text(paragraph) for paragraph in openapi["info"]["description"].split("\n\n")),
        '<p>For programs: <a href="openapi.json">openapi.json</a>.</p>',
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
    yield _grid(map(_parameter, operation.get("parameters", ())))
    yield f"<pre>{escape(example(method, path, operation))}</pre>"
    rows = [
        (
            f"<code>{status}</code>",
            escape(answer["description"]),
            _linked(answer["content"]["application/json"]["schema"]) if "content" in answer else "",
        )
        for status, answer in operation["responses"].items()
    ]
    yield _grid(rows)


def _parameter(parameter: Mapping[str, Any]) -> tuple[str, ...]:
    schema = parameter["schema"]
    if parameter.get("required"):
        usual = "needed"
    elif schema.get("default") is None:
        usual = ""
    else:
        usual = f"default <code>{escape(json.dumps(schema['default']).strip(chr(34)))}</code>"
    return (
        f"<code>{escape(parameter['name'])}</code>",
        " or ".join(map(_linked, choices(schema))),
        usual,
        escape(parameter.get("description", "")),
    )


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{name}">{name}</h3>'
    yield _grid(
        (f"<code>{field}</code>", _linked(schema), escape(schema.get("description", "")))
        for field, schema in shape["properties"].items()
    )


def _linked(schema: Mapping[str, Any]) -> str:
    """A type in words; a shape of ours leads to its fields."""
    if name := shape_of(schema):
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
        inner = schema.get("additionalProperties")
        return f"object of {_linked(inner)}" if isinstance(inner, Mapping) else "object"
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
