"""Reading the OpenAPI document: what every page that is made from it needs of an operation or a schema.

Belongs here: values of the document, before anybody words or marks them up.
Does not belong here: making the document (api/app.py), HTML (api/pages.py), Markdown (docgen/api_pages.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlencode

Schema: TypeAlias = Mapping[str, Any]
"""An object of the document: a schema, a parameter or an operation. https://spec.openapis.org/oas/v3.1.0"""

ADDRESS = "http://127.0.0.1:7860"
"""Where the API answers unless a setting says otherwise."""


def example(method: str, path: str, operation: Schema) -> str:
    """A command to try, with an example of each parameter that is needed."""
    needed = [one for one in operation.get("parameters", ()) if one.get("required")]
    for one in needed:
        path = path.replace(f"{{{one['name']}}}", _sample(one))
    query = urlencode({one["name"]: _sample(one) for one in needed if one["in"] == "query"})
    curl = "curl -s" if method == "GET" else f"curl -s -X {method}"
    return f"{curl} '{ADDRESS}{path}?{query}'" if query else f"{curl} {ADDRESS}{path}"


def choices(schema: Schema) -> Sequence[Schema]:
    """What a value may be besides null, one schema each: a parameter that may be left out is never given as null."""
    return [choice for choice in schema.get("anyOf", (schema,)) if choice.get("type") != "null"]


def shape_of(schema: Schema) -> str:
    """The name under which the document describes a schema; "" for one that stands where it is used."""
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else ""


def _sample(parameter: Schema) -> str:
    return str(parameter["schema"].get("examples", ["..."])[0])
