"""The helpers of parsers."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.schema.rows import Rate, Row
from crypto_pipeline.sources.kit import (
    ErrorInBody,
    Unreadable,
    about,
    difference,
    each,
    how_many,
    is_missing,
    is_set,
    known,
    number,
    present,
    product,
    quotient,
    reject,
    reject_unless,
    scaled,
    significant_digits,
    whole,
)


def rate(entry: Any) -> Row | list[Row] | None:
    return None if entry == "pass over" else [Rate(entry["code"], value) for value in entry["values"]]


def test_a_malformed_entry_costs_itself_only() -> None:
    first, bad, last = each([{"code": "EUR", "values": [1]}, {"code": "JPY"}, {"code": "GBP", "values": [2]}], rate)
    assert (first, last) == (Rate("EUR", 1), Rate("GBP", 2))
    assert bad == Unreadable({"code": "JPY"}, "KeyError: 'values'")


def test_an_entry_may_become_several_rows_or_none() -> None:
    assert list(each(["pass over", {"code": "EUR", "values": [1, 2]}], rate)) == [Rate("EUR", 1), Rate("EUR", 2)]


def test_the_items_of_a_mapping_come_in_two_parts() -> None:
    assert list(each({"EUR": 1}.items(), lambda code, value: Rate(code, value))) == [Rate("EUR", 1)]


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ({"code": "EUR", "value": 1}, ["EUR"]),
        ({"code": "EUR", "value": 1, "bid": {"price": 1}, "ask": {"price": 2}}, ["EUR"]),
        ({"code": "EUR", "value": 1, "levels": [1, 2], "note": None}, ["EUR"]),
        ({"first": {"code": "EUR", "value": 1}, "second": {"code": "CHF", "value": 1}}, ["EUR", "CHF"]),
        ({"first": {"code": "EUR", "value": 1}, "second": None}, ["EUR", "unreadable"]),
        ({}, []),
    ],
)
def test_an_object_in_place_of_the_list_is_its_one_entry_and_one_of_objects_holds_them(
    answer: dict[str, Any], read: list[str]
) -> None:
    rows = each(answer, lambda entry: Rate(entry["code"], entry["value"]))
    assert [row.currency if isinstance(row, Rate) else "unreadable" for row in rows] == read


@pytest.mark.parametrize("well", [None, "", 0, False, [], {}], ids=repr)
def test_what_says_nothing_is_no_error(well: object) -> None:
    reject(well)


@pytest.mark.parametrize(("error", "message"), [("busy", "busy"), (["a", "b"], "a; b"), (429, "429")])
def test_what_says_anything_is_an_error(error: object, message: str) -> None:
    with pytest.raises(ErrorInBody, match=f"^{message}$"):
        reject(error)


@pytest.mark.parametrize("payload", [{"code": 0}, {"code": "0"}, {"code": None}, {}, {"code": "OK"}], ids=repr)
def test_a_flag_that_is_good_or_not_there_lets_the_answer_pass(payload: dict[str, Any]) -> None:
    reject_unless(payload, "code", 0, "ok")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"code": 429, "msg": "Too many requests"}, "429 Too many requests"),
        ({"code": False, "message": "busy"}, "busy"),
        ({"code": False}, "code is False"),
        ({"code": "1"}, "1"),
        ({"code": 7, "error": {"id": 3}}, "7 {'id': 3}"),
    ],
)
def test_any_other_flag_is_an_error_in_the_words_of_the_source(payload: dict[str, Any], message: str) -> None:
    with pytest.raises(ErrorInBody) as refused:
        reject_unless(payload, "code", 0)
    assert str(refused.value) == message


@pytest.mark.parametrize("payload", [None, [], "busy", 42], ids=repr)
def test_an_answer_that_has_no_members_is_malformed(payload: object) -> None:
    with pytest.raises(AttributeError):
        reject_unless(payload, "code", 0)


@pytest.mark.parametrize(("value", "read"), [(1, 1.0), ("1.5", 1.5), (" 2 ", 2.0), ("1e3", 1000.0), ("-0.5", -0.5)])
def test_a_number_may_be_a_text(value: object, read: float) -> None:
    assert number(value) == read


@pytest.mark.parametrize(
    "value", ["1_000", "١٢", "１２", "", "n/a", "nan", "inf", float("inf"), float("nan")], ids=repr
)
def test_what_only_looks_like_a_number_is_none(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a |could not convert"):
        number(value)


@pytest.mark.parametrize("value", [True, None, [], {}], ids=repr)
def test_a_truth_value_a_null_and_a_list_are_no_numbers(value: object) -> None:
    with pytest.raises(TypeError):
        number(value)


def test_numbers_are_scaled_in_decimal_whatever_their_length() -> None:
    assert scaled("4318204411337203962", 1e-8) == 43182044113.37204
    assert scaled(2711820441133720396, 1e-8) == 27118204411.337204
    assert scaled(" 0.0068 ", 100) == 0.68


@pytest.mark.parametrize("nothing", [None, "", "-", "n/a", "N/A", "null"], ids=repr)
def test_a_number_that_is_not_there_stays_away(nothing: object) -> None:
    assert scaled(nothing, 100) is None
    assert known(there=1.0, not_there=scaled(nothing, 1)) == {"there": 1.0}


def test_entries_that_are_there_keep_their_order() -> None:
    assert present([None, 0, "", None, {}]) == [0, "", {}]


@pytest.mark.parametrize("value", ["1_000", "\u0661\u0662", "\u00b2", "0x10", "1.0", "", "-", 1.5, "abc"])
def test_what_is_no_whole_number_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        whole(value)


@pytest.mark.parametrize("value", [True, None, [], {}])
def test_what_cannot_be_a_whole_number_is_an_error(value: object) -> None:
    with pytest.raises(TypeError, match="not a whole number"):
        whole(value)


def test_a_whole_number_keeps_every_digit() -> None:
    assert [whole(value) for value in ("123456789012345678901", "-5", 7, 7.0)] == [123456789012345678901, -5, 7, 7]


@pytest.mark.parametrize(
    ("value", "digits"),
    [("0.000084", 2), ("1.0950", 5), (1465.1, 5), (150, 3), ("1.5e-5", 2), (5.97e-05, 3), ("0", 1), (0.862, 3)],
)
def test_the_digits_that_mean_something_are_counted_as_they_are_written(value: object, digits: int) -> None:
    assert significant_digits(value) == digits


def test_yes_and_no_are_read_however_they_are_written() -> None:
    assert [is_set(yes) for yes in (True, 1, "1", "true", "TRUE", "yes", 1.0)] == [True] * 7
    assert [is_set(no) for no in (False, 0, "0", "false", "False", "", None, 0.0, "no")] == [False] * 9


def test_an_object_of_objects_in_place_of_the_list_holds_the_entries() -> None:
    by_id = {"1": {"code": "EUR", "value": 1}, "2": {"code": "JPY", "value": 2}}
    rates = list(each(by_id, lambda entry: Rate(entry["code"], entry["value"])))
    assert rates == [Rate("EUR", 1), Rate("JPY", 2)]


MISSING = [None, "", " ", "-", "--", "n/a", "N/A", "NaN", "nan", "null", "None", "undefined", float("nan")]


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_however_a_source_says_that_it_has_no_number_nothing_is_computed_from_it(missing: object) -> None:
    assert is_missing(missing)
    assert scaled(missing, 100) is None
    for computed in (product, quotient, difference):
        assert (computed(missing, 2), computed(2, missing)) == (None, None)


def test_numbers_are_computed_from_numbers_and_texts_alike() -> None:
    assert (product("1.5", 2), quotient(3, "2"), difference("90500.1", "500.1")) == (3, 1.5, 90_000)
    assert quotient(1, "0") is None


def test_what_is_no_number_is_not_taken_for_a_missing_one() -> None:
    for computed in (product, quotient, difference):
        with pytest.raises(ValueError, match="busy"):
            computed("busy", 2)


def test_a_list_that_is_not_there_has_no_length() -> None:
    assert (how_many([1, 2]), how_many([]), how_many(None), how_many("")) == (2, 0, None, None)


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_an_answer_that_does_not_say_what_it_is_about_is_not_about_something_else(missing: object) -> None:
    about(missing, "bitcoin")
