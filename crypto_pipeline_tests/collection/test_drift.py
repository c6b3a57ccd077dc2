"""Fields that come and go in an answer."""

from __future__ import annotations

import json
import time

import pytest

from crypto_pipeline.collection.drift import FieldChange, compared, fields_of

MOST_PATHS = 200


def changes_of(*answers: object) -> list[list[FieldChange]]:
    """What each answer after the first changed."""
    memory, reports = None, []
    for answer in answers:
        memory, changes = compared(memory, fields_of(answer))
        reports.append(changes)
    assert reports[0] == []
    return reports[1:]


@pytest.mark.parametrize(
    ("payload", "paths"),
    [
        ({"price": 1, "at": {"time": 2}}, {"price", "at.time"}),
        ([{"s": "BTC"}, {"s": "ETH", "p": 1}], {"[].s", "[].p"}),
        ([[1, 2], [3, 4]], {"[][]"}),
        ({"BTC-USD": 1, "ETH-USD": 2}, {"*"}),
        ({"bitcoin": {"usd": 1}, "ethereum": {"usd": 2}, "solana": {"usd": 3}}, {"*.usd"}),
        ({"coingecko:bitcoin": {"price": 1}}, {"*.price"}),
        ({f"coin{n}": {"p": 1, "q": n} for n in range(31)}, {"*.p", "*.q"}),
        ({f"field{chr(n)}": n for n in range(65, 95)}, {f"field{chr(n)}" for n in range(65, 95)}),
        ({f"field{chr(n)}": n for n in range(65, 96)}, {"*"}),
        ({"last": {"usd": 1}, "high": {"usd": 2}}, {"last.usd", "high.usd"}),
        ("text", {""}),
    ],
)
def test_lists_and_maps_count_as_one_entry(payload: object, paths: set[str]) -> None:
    assert fields_of(payload).paths == paths


def test_a_field_that_came_or_went_is_told_when_two_answers_show_it() -> None:
    before, after = {"price": 1, "volume": 2}, {"price": 1, "turnover": 2}
    appeared, vanished = FieldChange("turnover", "appeared"), FieldChange("volume", "vanished")
    assert changes_of(before, after, after, after) == [[], [appeared, vanished], []]


def test_one_odd_answer_is_no_drift() -> None:
    usual, odd = {"price": 1}, {"code": 7, "message": "busy"}
    assert changes_of(usual, odd, usual, odd, usual) == [[], [], [], []]


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_a_field_without_a_value_is_neither_new_nor_gone(nothing: object) -> None:
    full, empty = {"price": 1, "bids": [{"p": 1, "q": 2}]}, {"price": 1, "bids": nothing}
    assert changes_of(full, empty, empty, full, full) == [[], [], [], []]
    assert changes_of(empty, empty, full, full, empty) == [[], [], [], []]


def test_a_new_field_is_told_also_when_it_has_no_value_yet() -> None:
    before, after, later = {"a": 1}, {"a": 1, "b": None}, {"a": 1, "b": 2}
    assert changes_of(before, after, after, later, later) == [[], [FieldChange("b", "appeared")], [], []]


def test_a_field_that_comes_and_goes_is_told_once_each_way() -> None:
    with_it, without = {"a": 1, "memo": "x"}, {"a": 1}
    reports = changes_of(*[with_it, without, without, with_it, with_it] * 5)
    assert [change for changes in reports for change in changes] == [
        FieldChange("memo", "vanished"),
        FieldChange("memo", "appeared"),
    ]


def test_an_answer_with_very_many_fields_is_remembered_by_the_upper_ones() -> None:
    wide = {f"group{n}": {f"field{m}x{n}": m for m in range(12)} | {"deep": {"er": 1}} for n in range(20)}
    memory, _ = compared(None, fields_of({"top": 1, **wide}))
    assert json.loads(memory)["fields"] == ["top"]
    assert len(fields_of({f"group{n}": {"a": n, f"b{n}": 1} for n in range(20)}).paths) <= MOST_PATHS


def test_a_ticker_of_three_thousand_coins_takes_no_time() -> None:
    answer = [{f"field{n}": n for n in range(30)} for _ in range(3_000)]
    seconds = []
    for _ in range(5):
        began = time.process_time()
        memory, _ = compared(None, fields_of(answer))
        compared(memory, fields_of(answer))
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.05  # the fastest: the others say how busy the machine is


def test_names_paths_lists_and_leaves_are_followed_only_so_far() -> None:
    """A source decides how long, deep and wide its answer is."""
    deep: object = 1
    for _ in range(20):
        deep = {"a": deep}
    assert fields_of(deep).paths == {".".join("a" * 16)}
    assert fields_of({"n" * 100: 1}).paths == {"n" * 80}
    assert fields_of([{"a": 1}] * 20 + [{"b": 1}]).paths == {"[].a"}
    assert fields_of([{"a": 1}] * 19 + [{"b": 1}]).paths == {"[].a", "[].b"}
    nearly_five_thousand = [[[1] * 20] * 20] * 12
    assert fields_of({"a": nearly_five_thousand, "b": 1}).paths == {"a[][][]", "b"}
    assert fields_of({"a": [*nearly_five_thousand, *nearly_five_thousand[:1]], "b": 1}).paths == {"a[][][]"}
