"""JSON is read as everybody else reads it, and in bounds."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.json_text import require_room_for, values_of
from crypto_pipeline.schema.outcomes import Outcome

MOST_ESCAPES = 200_000
MOST_VALUES = 1_000_000

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40)  # each takes a while to make
@given(VALUES)
def test_what_is_json_is_read_as_what_it_says(value: object) -> None:
    assert values_of(json.dumps(value)) == value
    assert values_of(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"title": "Bitcoin\'s rise"}', {"title": "Bitcoin's rise"}),
        (r'["\-", "\\\'", "\\n", "\u0041\d", "\/"]', ["-", "\\'", "\\n", "Ad", "/"]),
        ('["two\nlines\tand\x01more"]', ["two\nlines\tand\x01more"]),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("[Infinity, -Infinity]", [math.inf, -math.inf]),
        (f"[1{'0' * 5000}, 7]", [math.inf, 7]),
        (r'["\'", 1%s]' % ("0" * 5000), ["'", math.inf]),
        (" 1 ", 1),
    ],
)
def test_what_can_have_one_meaning_only_is_read(text: str, value: object) -> None:
    assert values_of(text) == value


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(values_of("[NaN]")[0])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1, 2,]", "the answer is not JSON: "),
        ('{"a": 1,}', "the answer is not JSON: "),
        ('{"a": 1}{"a": 2}', "the answer is not JSON: Extra data"),
        ('{"a": [1', "the answer is not JSON: "),
        (r'["\u12"]', "the answer is not JSON: Invalid \\uXXXX escape"),
        ("callback([1])", "the answer is not JSON: Expecting value"),
        ("{'a': 1}", "the answer is not JSON: "),
        ("[" * 100_000, "the answer is not JSON that can be read: it is nested too deep"),
    ],
)
def test_what_can_have_several_meanings_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(SourceError) as refused:
        values_of(text)
    assert refused.value.outcome is Outcome.UNPARSEABLE
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize("value", ["{}", "[]", "1"])
def test_more_values_than_can_be_held_are_refused_before_they_are_made(value: str) -> None:
    marks = 2 if value in {"{}", "[]"} else 1
    most = MOST_VALUES // marks
    require_room_for([f"[{','.join([value] * most)}]".encode()])
    with pytest.raises(SourceError, match=f"more than {MOST_VALUES} values") as refused:
        values_of(f"[{','.join([value] * (most + 1))}]")
    assert refused.value.outcome is Outcome.TOO_LARGE


def test_so_many_values_are_read() -> None:
    assert len(values_of(f"[{','.join('1' * MOST_VALUES)}]")) == MOST_VALUES


@pytest.mark.parametrize("mark", [b",", b"[", b"{"])
def test_answers_that_are_read_together_may_be_as_much_together_as_one(mark: bytes) -> None:
    require_room_for([mark * (MOST_VALUES - 1), mark])
    with pytest.raises(SourceError, match=f"more than {MOST_VALUES} values") as refused:
        require_room_for([mark * MOST_VALUES, mark])
    assert refused.value.outcome is Outcome.TOO_LARGE


def test_so_many_escapes_are_mended_and_no_more() -> None:
    assert values_of('["' + r"\'" * MOST_ESCAPES + '"]') == ["'" * MOST_ESCAPES]
    with pytest.raises(SourceError, match=f"more than {MOST_ESCAPES} backslashes") as refused:
        values_of('["' + r"\'" * (MOST_ESCAPES + 1) + '"]')
    assert refused.value.outcome is Outcome.TOO_LARGE
    assert len(values_of('["' + r"\n" * (MOST_ESCAPES + 1) + '"]')[0]) == MOST_ESCAPES + 1


def test_a_whole_number_that_no_type_holds_is_a_float_where_python_gives_up() -> None:
    endless, longest, longer = values_of(f"[{'1' * 5000}, {'1' * 300}, {'1' * 301}]")
    assert endless == float("inf")
    assert (type(longest), type(longer)) == (int, float)
