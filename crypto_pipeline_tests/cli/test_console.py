"""What goes to the terminal, whatever it holds and whatever the terminal can write."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from crypto_pipeline.cli import console
from crypto_pipeline_tests.foundation.test_printable import ANY_TEXT, TURNS_LINES_ROUND

ENCODINGS = st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"])
_OURS = re.compile(r"\x1b\[[\d;]*m")
"""Bold, dim and colours, which the tables themselves have on a terminal."""


class Stream(io.TextIOWrapper):
    """Standard output or error of a process, with an encoding that stands no nonsense."""

    def __init__(self, encoding: str, *, is_terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding, "strict", newline="\n")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def text(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


def written(prints: Callable[[], object], encoding: str = "utf-8", *, is_terminal: bool = False) -> str:
    """What is on standard output, then what is on standard error."""
    out, err = (Stream(encoding, is_terminal=is_terminal) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        prints()
    return out.text() + err.text()


def obeyed(text: str) -> set[str]:
    """The characters in it that do something, but for ends of lines and our own colours."""
    plain = _OURS.sub("", text)
    return {one for one in plain if unicodedata.category(one) == "Cc" or one in TURNS_LINES_ROUND} - {"\n"}


@given(ANY_TEXT, ENCODINGS, st.booleans())
def test_no_text_of_elsewhere_is_obeyed_wherever_it_is_printed(text: str, encoding: str, is_terminal: bool) -> None:
    def prints() -> None:
        console.say(text)
        console.note(text)
        console.grid([text, "b"], [[text, [text]], [None, {text: text}]], title=text)
        if is_terminal:
            console.prepare()
            console.write_csv([text], [[text]])

    shown = written(prints, encoding, is_terminal=is_terminal)
    assert obeyed(shown) == set()


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_a_line_is_printed_to_the_letter(text: str) -> None:
    """Brackets, colons and backslashes too: nothing in it is markup."""
    assert written(lambda: console.say(text)) == f"{text}\n"


@pytest.mark.parametrize("text", ["[/0/public/Ticker]", "[bold]x[/]", "[link=http://x]y[/link]", ":smile:", "\\[a]"])
def test_what_looks_like_markup_stands_in_a_table_as_it_is(text: str) -> None:
    shown = written(lambda: console.grid([text], [[text]], title=text))
    assert shown.count(text) == 3


def test_a_narrow_terminal_cuts_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "out", Console(width=20, markup=False, emoji=False, highlight=False))
    shown = written(lambda: console.grid(["a"], [["x" * 50]]), is_terminal=True)
    assert shown.count("x") == 50


def test_where_not_even_parts_of_words_have_room_each_row_is_a_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [f"column{number}" for number in range(6)]
    rows = [[f"kraken_perpetuals.{number}" for number in range(5)] + [None] for _ in range(2)]
    shown = {}
    for width in (60, 160):
        console_of_width = Console(width=width, force_terminal=True, markup=False, emoji=False, highlight=False)
        monkeypatch.setattr(console, "out", console_of_width)
        shown[width] = _OURS.sub("", written(lambda: console.grid(columns, rows, title="all"), is_terminal=True))
    lines = [line.split() for line in shown[60].splitlines()]
    assert lines[:3] == [["all"], ["column0", "kraken_perpetuals.0"], ["column1", "kraken_perpetuals.1"]]
    assert sum(line == ["column4", "kraken_perpetuals.4"] for line in lines) == 2
    assert "column5" not in shown[60]
    assert sum("kraken_perpetuals.0" in line and "kraken_perpetuals.4" in line for line in shown[160].splitlines()) == 2


def test_a_table_for_a_terminal_without_box_characters_is_drawn_in_ascii() -> None:
    assert written(lambda: console.grid(["a"], [["é"]]), "ascii").isascii()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
        max_leaves=8,
    ),
    ENCODINGS,
)
def test_json_is_json_for_any_reader_and_says_the_same(value: object, encoding: str) -> None:
    def not_json(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    shown = written(lambda: console.print_json(value), encoding)
    assert json.loads(shown, parse_constant=not_json) == console.finite(value)
    assert obeyed(shown) == set()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_has_no_word_for_is_null_however_deep_it_lies(number: float) -> None:
    moment = datetime(2026, 11, 24, tzinfo=timezone.utc)
    shown = written(lambda: console.print_json({"a": number, "b": [{"c": (1.5, number)}], moment: number}))
    assert shown == '{"a": null, "b": [{"c": [1.5, null]}], "2026-11-24T00:00:00+00:00": null}\n'


def test_csv_for_a_program_holds_every_character_as_it_is_stored() -> None:
    text = "\x1b[31mred\u202e, [/x]"
    shown = written(lambda: console.write_csv(["a"], [[text]]))
    assert list(csv.reader(io.StringIO(shown))) == [["a"], [text]]


def test_csv_for_a_person_who_looks_holds_none_that_is_obeyed() -> None:
    shown = written(
        lambda: console.write_csv(
            ["a"],
            [
                [
                    "\x1b[31mred",
                ]
            ],
        ),
        is_terminal=True,
    )
    assert shown == "a\n\\x1b[31mred\n"


def test_streams_that_cannot_write_a_letter_write_it_out() -> None:
    def prints() -> None:
        console.prepare()
        sys.stdout.write("€\n")
        sys.stderr.write("€\n")

    assert written(prints, "ascii") == "\\u20ac\n\\u20ac\n"


@pytest.mark.parametrize(
    ("encoding", "drawn"), [("utf-8", True), ("UTF-8", True), ("ascii", False), ("latin-1", False)]
)
def test_charts_are_drawn_where_their_characters_can_be_written(encoding: str, drawn: bool) -> None:
    found = []
    written(lambda: found.append((console.can_draw(), console.spinner())), encoding)
    assert found == [(drawn, "dots" if drawn else "line")]


def test_the_line_of_what_goes_on_is_no_markup_either() -> None:
    def prints() -> None:
        with console.status("[/a]") as tell:
            tell("[/b]\x1b]0;owned\x07")

    assert obeyed(written(prints)) == set()


def test_a_reader_that_goes_away_changes_no_exit_code() -> None:
    """As behind ``| head -1``: the lines are more than a pipe holds, and the command ends with its own code."""
    lines = (
        "from crypto_pipeline.cli import console\nfor _ in range(300): console.say('a line' * 100)\nraise SystemExit(3)"
    )
    with subprocess.Popen([sys.executable, "-c", lines], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"a line" * 100 + b"\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 3


def test_what_stands_above_a_narrow_table_is_not_folded_into_its_width() -> None:
    assert written(lambda: console.grid(["a"], [[42]], title="DEMO: not the market")).startswith(
        "DEMO: not the market\n"
    )
