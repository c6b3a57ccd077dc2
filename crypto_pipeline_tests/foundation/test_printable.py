"""Text of elsewhere made safe to show."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.foundation.printable import json_printable, printable

ANY_TEXT = st.text(st.characters())
"""Half characters too: a JSON answer can hold one."""
TURNS_LINES_ROUND = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no route for [/0/public/Ticker]", "no route for [/0/public/Ticker]"),
        ("[bold]x[/bold] :smile:", "[bold]x[/bold] :smile:"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("all is well\rfailed", r"all is well\x0dfailed"),
        ("back\x08space, \x00 and \x7f", r"back\x08space, \x00 and \x7f"),
        ("one\r\ntwo\nthree", "one\ntwo\nthree"),
        ("a\tb", "a    b"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("\u2066isolated\u2069", r"\u2066isolated\u2069"),
        ("line\u2028paragraph\u2029", r"line\u2028paragraph\u2029"),
        ("half \ud83d", r"half \ud83d"),
        ("می\u200cخواهد 👨\u200d👩", "می\u200cخواهد 👨\u200d👩"),
        ("\xa0\u00e9\u202f", "\xa0\u00e9\u202f"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out_and_all_else_is_left_alone(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", r"\xe9 \u20ac 1"), ("latin-1", r"é \u20ac 1"), ("utf-8", "é € 1")]
)
def test_what_the_encoding_lacks_is_written_out(encoding: str, shown: str) -> None:
    assert printable("é € 1", encoding) == shown


@given(ANY_TEXT, st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]))
def test_whatever_it_holds_can_be_written_and_commands_nothing(text: str, encoding: str) -> None:
    shown = printable(text, encoding)
    shown.encode(encoding)
    assert not [character for character in shown if unicodedata.category(character) == "Cc" and character != "\n"]
    assert TURNS_LINES_ROUND.isdisjoint(shown)
    assert printable(shown, encoding) == shown


@given(ANY_TEXT)
def test_a_json_document_still_means_what_it_meant(text: str) -> None:
    document = json_printable(json.dumps({text: [text]}, ensure_ascii=False))
    document.encode()
    assert json.loads(document) == {text: [text]}
    assert not [character for character in document if unicodedata.category(character) == "Cc"]
