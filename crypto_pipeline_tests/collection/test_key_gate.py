"""A key is hidden however it is spelled, and nothing else is."""

from __future__ import annotations

import base64
import json
import string
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection import key_gate
from crypto_pipeline.collection.key_gate import HIDDEN, KeyGate

MOST_TO_CUT = 2**18

KEY = "CG-s3cR3t/Key+1==xYz.9"
GATE = KeyGate([f"Bearer {KEY}"])


def in_codes(form: str, key: str = KEY) -> str:
    return "".join(form % ord(character) for character in key)


ESCAPED = {
    "as it is": KEY,
    "in lower case": KEY.lower(),
    "in upper case": KEY.upper(),
    "in the other case": KEY.swapcase(),
    "for a URL": quote(KEY, safe=""),
    "for a URL, all of it": in_codes("%%%02X"),
    "for a URL, twice": quote(quote(KEY, safe=""), safe=""),
    "for JSON": KEY.replace("/", "\\/"),
    "for JSON, all of it": in_codes("\\u%04x"),
    "for JSON, in capitals": in_codes("\\u%04X", KEY.upper()),
    "for JSON in JSON": json.dumps(in_codes("\\u%04x"))[1:-1],
    "for JSON, from the middle on": KEY[:5] + in_codes("\\u%04x", KEY[5:]),
    "as Python writes bytes": in_codes("\\x%02x"),
    "for HTML": in_codes("&#%d;"),
    "for XML": in_codes("&#x%X;"),
    "in hex": KEY.encode().hex(),
    "in hex and capitals": KEY.encode().hex().upper(),
}


@pytest.mark.parametrize("spelling", ESCAPED.values(), ids=ESCAPED)
def test_a_spelling_is_cut_out_of_texts_and_bodies(spelling: str) -> None:
    assert GATE.text(f"bad key <{spelling}>, sorry") == f"bad key <{HIDDEN}>, sorry"
    assert GATE.body(f"é <{spelling}> \n".encode() + b"\xff") == f"é <{HIDDEN}> \n".encode() + b"\xff"


@pytest.mark.parametrize("form", ["%%%02X", "\\u%04x", "&#%d;"])
def test_a_spelling_is_found_beside_the_marks_of_all_others(form: str) -> None:
    beside = "50 % &# C:\\ \ufffd"
    assert GATE.text(f"{beside} <{in_codes(form)}>") == f"{beside} <{HIDDEN}>"


@pytest.mark.parametrize("cased", [KEY, KEY.lower(), KEY.upper()])
@pytest.mark.parametrize("before", ["", "u", "ur", "user:"])
@pytest.mark.parametrize("behind", ["", "x", "xy"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_found_wherever_in_it_the_key_begins(
    before: str, cased: str, behind: str, encode: Callable[[bytes], bytes]
) -> None:
    encoded = encode(f"{before}{cased}{behind}".encode()).decode()
    hidden = GATE.text(f"token={encoded}")
    assert encoded not in hidden
    for start in range(len(encoded) - 12):
        assert encoded[start : start + 12] not in hidden


@pytest.mark.parametrize(
    "spelling",
    [
        KEY[:5] + "\n  " + KEY[5:],
        KEY.encode("utf-16-le").decode(),
        KEY.encode("utf-16-le").decode("utf-8", "replace"),
        "\N{REPLACEMENT CHARACTER}".join(KEY),
    ],
    ids=["on two lines", "in UTF-16", "in UTF-16 read as UTF-8", "between damaged characters"],
)
def test_where_a_spelling_cannot_be_cut_out_nothing_is_shown(spelling: str) -> None:
    assert GATE.text(f"bad key {spelling}, sorry") == HIDDEN
    assert GATE.body(f"bad key {spelling}, sorry".encode()) == HIDDEN.encode()


def test_in_a_very_long_text_an_escaped_key_hides_all_of_it_and_a_plain_one_itself() -> None:
    padding = "x" * MOST_TO_CUT
    assert GATE.text(padding + KEY) == padding + HIDDEN
    assert GATE.text(padding + in_codes("%%%02X")) == HIDDEN
    assert GATE.body((padding + in_codes("%%%02X")).encode()) == HIDDEN.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bad key CG-s3cR3", "bad key ***"),
        ("bad key CG-s3cR3t/Ke...", "bad key ***"),
        ("bad key cg-s3cr3t/key+1=", "bad key ***"),
        (f"bad key {KEY[:-1]}...", "bad key ***"),
        ("İ bad key CG-s3cR3t", "İ bad key ***"),
        ("bad key CG-s3cR", "bad key CG-s3cR"),
        ("CG-s3cR3 is no key", "CG-s3cR3 is no key"),
    ],
)
def test_a_text_that_was_cut_does_not_end_with_most_of_a_key(text: str, shown: str) -> None:
    assert GATE.text(text) == shown


def test_every_key_counts_with_and_without_the_words_before_it() -> None:
    gate = KeyGate(["", "Apikey first-key-1234", "second key-of-words", " "])
    assert gate.text("first-key-1234 / key-of-words / second key-of-words / Apikey") == "*** / *** / *** / Apikey"


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("demo", "key demo, demos, DEMO", "key ***, demos, DEMO"),
        ("1234567", "1234567 12345678 MTIzNDU2Nw==", "*** 12345678 MTIzNDU2Nw=="),
        ("abcdefgh", "xABCDEFGHx", "x***x"),
    ],
)
def test_a_key_of_less_than_eight_characters_is_hidden_as_a_word_only(key: str, text: str, shown: str) -> None:
    assert KeyGate([key]).text(text) == shown
    assert KeyGate([key]).body(text.encode()) == shown.encode()
    assert KeyGate([key]).values([text]) == [shown]


@pytest.mark.parametrize("keys", [["abcdefgh", "abcdefghij", "ab"], ["abcdefghij", "ab", "abcdefgh"]])
def test_of_keys_that_begin_alike_the_longest_is_hidden_as_a_whole(keys: list[str]) -> None:
    gate = KeyGate(keys)
    assert gate.text("<abcdefghij>, <abcdefgh>, ab") == "<***>, <***>, ***"
    assert gate.text(in_codes("%%%02X", "abcdefghij") + "?") == "***?"
    assert gate.text("ab") == "***", "of a text that is shorter than the longest key too"


def test_of_a_character_that_ascii_has_not_a_key_is_hidden_as_it_is_and_escaped() -> None:
    gate = KeyGate(["clé-0123456789"])
    for said in ("clé-0123456789", "clé%2D0123456789", "clé%2d\\u003012345678&#57;"):
        assert "0123456789" not in gate.text(f"bad key {said}, sorry")


def test_an_escape_of_nothing_that_is_printed_hides_no_key() -> None:
    for between in ("\\u0000", "\\u007f", "&#128;", "&#200;", "%20"):
        assert KEY[5:] not in GATE.text(f"bad key {KEY[:5]}{between}{KEY[5:]}, sorry"), between


def test_what_is_escaped_four_times_is_still_found_and_no_text_is_looked_at_for_ever() -> None:
    spelling = KEY
    for layer in range(4):
        spelling = quote(spelling, safe="")
        assert KEY[5:] not in GATE.text(spelling), layer
        assert GATE.text(f"<{spelling}>") == f"<{HIDDEN}>", layer
    assert GATE.text("100 % \\ &# of what came") == "100 % \\ &# of what came"


def test_a_text_of_the_most_that_is_cut_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_gate, "MOST_TO_CUT", 1000)
    escaped = in_codes("%%%02X")
    for length, shown in ((1000, True), (1001, False)):
        padding = "x" * (length - len(escaped))
        assert GATE.text(padding + escaped) == (padding + HIDDEN if shown else HIDDEN)
        assert GATE.body((padding + escaped).encode()) == (padding + HIDDEN if shown else HIDDEN).encode()


@pytest.mark.parametrize(("backslashes", "is_cut"), [(15, True), (16, False), (200_000, False)])
def test_a_source_that_sends_backslashes_without_end_takes_nobodys_time(backslashes: int, is_cut: bool) -> None:
    """Fifteen are what four layers of quotation make of one; the search for a key among many took minutes."""
    row = "\\" * backslashes
    began = time.thread_time()
    assert GATE.text(f"{row}, {in_codes('%%%02X')}") == (f"{row}, {HIDDEN}" if is_cut else HIDDEN)
    assert time.thread_time() - began < 5


def test_the_last_beginning_of_a_key_counts_and_the_very_first_character_too() -> None:
    assert GATE.text("CG-s3cR3 is no key, CG-s3cR3t") == "CG-s3cR3 is no key, ***"
    assert GATE.text("CG-s3cR3t") == "***"
    assert GATE.text("all that is left is c") == "all that is left is c", "one letter is the beginning of everything"


def test_of_a_key_of_a_thousand_characters_no_beginning_is_left_either() -> None:
    key = "".join(f"{number:04x}" for number in range(250))
    assert KeyGate([key]).text(f"it sent {key[:990]}") == "it sent ***"


def test_named_tuples_stay_what_they_are() -> None:
    class Pair(NamedTuple):
        """Two texts."""

        name: str
        key: str

    assert GATE.values([Pair("a", KEY)]) == [Pair("a", "***")]
    assert isinstance(GATE.values((Pair("a", KEY),))[0], Pair)
    assert GATE.values({KEY: 1}) == {"***": 1}, "a key is hidden also where it is a name"


def test_values_are_cleared_wherever_they_are_and_others_come_back_as_they_are() -> None:
    row = {"symbol": "BTC", "price": 1.5, "extra": {KEY: [f"a {KEY}", None]}, "pair": ("x", KEY.lower())}
    assert GATE.values([row]) == [
        {"symbol": "BTC", "price": 1.5, "extra": {"***": ["a ***", None]}, "pair": ("x", "***")}
    ]
    clean = [{"symbol": "BTC", "url": "https://example.com/%20?a=1&b=2"}]
    assert GATE.values(clean) is clean


def test_without_keys_everything_passes() -> None:
    gate = KeyGate(["", " "])
    assert not gate
    assert GATE
    assert gate.text(KEY) == KEY
    assert gate.values({"a": KEY}) == {"a": KEY}
    assert gate.body(KEY.encode()) == KEY.encode()


KEYS = st.text(string.ascii_letters + string.digits + "-_/+=.:", min_size=8, max_size=24).filter(
    lambda key: len(set(key)) > 3
)
SPELLINGS = st.sampled_from(
    [
        lambda key: key,
        str.swapcase,
        lambda key: quote(key, safe=""),
        lambda key: in_codes("\\u%04x", key),
        lambda key: in_codes("&#%d;", key),
        lambda key: key.encode().hex(),
        lambda key: base64.b64encode(key.encode()).decode(),
        lambda key: base64.urlsafe_b64encode(b"ab" + key.encode() + b"c").decode(),
    ]
)


@settings(max_examples=25)  # each makes a gate anew, which is what costs
@given(KEYS, SPELLINGS, st.text(max_size=20), st.text(max_size=20))
def test_no_spelling_of_any_key_stays(key: str, spell: Callable[[str], str], before: str, behind: str) -> None:
    gate = KeyGate([key])
    said = f"{before} {spell(key)} {behind}"
    assert spell(key) not in gate.text(said)
    assert gate.text(gate.text(said)) == gate.text(said)
