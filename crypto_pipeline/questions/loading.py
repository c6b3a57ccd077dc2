"""Reading the questions from their files.

Belongs here: the header's grammar, parameters and what is allowed in them.
Does not belong here: SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Value = str | int

_COIN = re.compile(r"[A-Z0-9]{1,20}")
_WORD = re.compile(r"[a-z0-9_.-]{1,60}")
_HEADER = re.compile(r"-- (set|chart|none): (.+)")
_PARAMETER = re.compile(r"(?P<name>\w+) = (?P<default>[\w.-]+), (?P<allowed>.+)")
_RANGE = re.compile(r"(\d+) to (\d+)")
_CHART = re.compile(r"(?P<kind>bars|line) (?P<along>\w+) (?P<value>\w+) \((?P<unit>.+)\)")


class WrongValue(ValueError):
    """A parameter that the question does not have, or that cannot have this value; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that may be chosen: $name in the SQL."""

    name: str
    default: str
    allowed: str
    """``a coin``, ``a name``, ``1 to 90``, or ``one of`` some words."""

    def read(self, text: str) -> Value:
        """The value that a person's text means. Raises WrongValue."""
        bounds = _RANGE.fullmatch(self.allowed)
        if bounds:
            if text.isascii() and text.isdigit() and int(bounds[1]) <= int(text) <= int(bounds[2]):
                return int(text)
        elif self.allowed == "a coin":
            if _COIN.fullmatch(text.upper()):
                return text.upper()
        elif self.allowed.startswith("one of "):
            if text in self.allowed.split()[2:]:
                return text
        elif _WORD.fullmatch(text.lower()):
            return text.lower()
        raise WrongValue(f"{self.name}={text!r} cannot be asked for; it should be {self.allowed}.")


@dataclass(frozen=True, slots=True)
class Chart:
    """How an answer is drawn."""

    kind: Literal["bars", "line"]
    along: str
    """Column of the labels, or of the times."""
    value: str
    """Column of the numbers."""
    unit: str
    """Unit of the numbers; ``{name}`` stands for what the column of that name says."""


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question."""

    name: str
    title: str
    about: str
    """What the numbers mean and what they leave out: a paragraph."""
    sql: str
    parameters: tuple[Parameter, ...]
    chart: Chart | None
    none: str
    """What it means when there are no rows."""

    def values(self, chosen: Mapping[str, str]) -> dict[str, Value]:
        """A value for each parameter: the chosen one, else the default. Raises WrongValue."""
        known = {parameter.name for parameter in self.parameters}
        for name in chosen:
            if name not in known:
                raise WrongValue(
                    f"{self.name} has nothing called {name!r} to set; it has {', '.join(sorted(known)) or 'nothing'}."
                )
        return {one.name: one.read(chosen.get(one.name, one.default)) for one in self.parameters}

    def sql_with(self, values: Mapping[str, Value]) -> str:
        """The SQL with its parameters written in, for any other tool. Values that were read hold no quotes."""
        written = {name: str(value) if isinstance(value, int) else f"'{value}'" for name, value in values.items()}
        return re.sub(r"\$(\w+)", lambda found: written[found[1]], self.sql)


@cache
def questions() -> tuple[Question, ...]:
    """Every question, by name."""
    folder = files("crypto_pipeline.questions")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(_read(file.name.removesuffix(".sql"), file.read_text("utf-8")) for file in found)


def question_called(name: str) -> Question | None:
    """The question of this name; underscores will do for hyphens."""
    return next((one for one in questions() if one.name == name.lower().replace("_", "-")), None)


def _read(name: str, text: str) -> Question:
    header, _, sql = text.partition("\n\n")
    title, *lines = header.splitlines()
    said: dict[str, list[str]] = {"set": [], "chart": [], "none": [], "about": []}
    for line in lines:
        found = _HEADER.fullmatch(line)
        kind, content = (found[1], found[2]) if found else ("about", line.removeprefix("--").strip())
        said[kind].append(content)
    return Question(
        name=name,
        title=title.removeprefix("-- "),
        about=" ".join(said["about"]).strip(),
        sql=sql.strip(),
        parameters=tuple(_parameters(name, said["set"])),
        chart=_chart(name, *said["chart"]) if said["chart"] else None,
        none=" ".join(said["none"]),
    )


def _parameters(question: str, lines: list[str]) -> Iterator[Parameter]:
    for line in lines:
        found = _PARAMETER.fullmatch(line)
        if not found:
            raise ValueError(f"{question}.sql: 'set: {line}' is not understood.")
        yield Parameter(**found.groupdict())


def _chart(question: str, line: str) -> Chart:
    found = _CHART.fullmatch(line)
    if not found:
        raise ValueError(f"{question}.sql: 'chart: {line}' is not understood.")
    return Chart(
        kind="bars" if found["kind"] == "bars" else "line",
        along=found["along"],
        value=found["value"],
        unit=found["unit"],
    )
