"""Pages that are made from the API and from the ready questions: nothing is missing on them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from crypto_pipeline.api.data.formats import PARAMETERS
from crypto_pipeline.api.openapi import example
from crypto_pipeline.docgen.api_pages import GROUPS, api_markdown, openapi
from crypto_pipeline.docgen.question_pages import questions_markdown
from crypto_pipeline.questions import Question, questions
from crypto_pipeline_tests.project import PROJECT

ON_THE_PAGE = re.findall(r"^### `(\w+) (\S+)`$", (PROJECT / "docs/api.md").read_text("utf-8"), re.MULTILINE)
"""Methods and paths. Read from the page, since making the document takes a second, of each process that collects the tests."""


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Of the document, by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    }


@cache
def page() -> str:
    return api_markdown()


def section(method: str, path: str) -> str:
    return page().split(f"\n### `{method} {path}`\n")[1].split("\n### ")[0].split("\n## ")[0]


def test_every_operation_stands_under_a_heading() -> None:
    assert {operation["tags"][0] for operation in operations().values()} == set(GROUPS)
    assert page().count("\n### ") == len(operations())
    assert sorted(ON_THE_PAGE) == sorted(operations())


@pytest.mark.parametrize(("method", "path"), ON_THE_PAGE)
def test_an_operation_is_told_with_its_parameters_a_command_and_its_fields(method: str, path: str) -> None:
    operation, text = operations()[method, path], section(method, path)
    for one in operation.get("parameters", ()):
        if one["name"] in PARAMETERS:
            continue  # what every path takes is told once, at the head of the page
        assert f"| `{one['name']}` |" in text
        assert one["description"] in text
    assert f"```sh\n{example(method, path, operation)}\n```" in text
    shape = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = text.partition("The answer:")[2]
    for name in openapi()["components"]["schemas"][shape]["properties"]:
        assert name in fields or f"`{name}`" in page().partition("\n## ")[0]


def test_every_status_that_is_declared_is_explained() -> None:
    declared = {status for operation in operations().values() for status in operation["responses"]} - {"200", "304"}
    assert declared <= set(re.findall(r"^\| (\d+) \|", page(), re.MULTILINE))


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_question_is_on_its_page_with_what_may_be_set(question: Question) -> None:
    of_questions = questions_markdown(questions())
    (row,) = (line for line in of_questions.splitlines() if line.startswith(f"| `{question.name}` |"))
    assert question.title in row
    assert all(f"`{one.name}={one.default}`" in row for one in question.parameters)
