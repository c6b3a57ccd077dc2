"""How a question's file is read, and what may be set in it."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from crypto_pipeline.questions import Chart, Parameter, WrongValue, question_called, questions
from crypto_pipeline.questions.loading import _read

FILE = """\
-- How hot it is
-- By the hour. Nothing
-- is filled in.
-- set: symbol = BTC, a coin
-- set: days = 7, 1 to 90
-- chart: line hour heat ({unit})
-- none: It was never measured.

SELECT hour, heat, unit FROM heats WHERE symbol = $symbol AND hour > now() - to_days($days)
"""


def test_a_file_says_everything_about_its_question() -> None:
    question = _read("heat", FILE)
    assert (question.name, question.title, question.about) == (
        "heat",
        "How hot it is",
        "By the hour. Nothing is filled in.",
    )
    assert question.parameters == (Parameter("symbol", "BTC", "a coin"), Parameter("days", "7", "1 to 90"))
    assert question.chart == Chart("line", "hour", "heat", "{unit}")
    assert question.none == "It was never measured."
    assert question.sql.startswith("SELECT hour")


@pytest.mark.parametrize("line", ["-- set: symbol BTC", "-- chart: pie a b (c)"])
def test_a_header_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line.removeprefix("-- "))):
        _read("heat", f"-- Title\n{line}\n\nSELECT 1")


def test_values_are_the_defaults_unless_they_are_set() -> None:
    question = _read("heat", FILE)
    assert question.values({}) == {"symbol": "BTC", "days": 7}
    assert question.values({"symbol": "eth", "days": "30"}) == {"symbol": "ETH", "days": 30}


@pytest.mark.parametrize(
    ("allowed", "text", "value"),
    [
        ("a coin", "1inch", "1INCH"),
        ("1 to 90", "90", 90),
        ("one of 1h 1d", "1d", "1d"),
        ("a name", "Alternative_me", "alternative_me"),
        ("a coin", "B'; DROP", None),
        ("a coin", "", None),
        ("1 to 90", "0", None),
        ("1 to 90", "91", None),
        ("1 to 90", "-1", None),
        ("1 to 90", "٣", None),
        ("1 to 90", "many", None),
        ("one of 1h 1d", "2h", None),
        ("a name", "it's", None),
    ],
)
def test_a_value_is_checked_before_it_reaches_the_sql(allowed: str, text: str, value: int | str | None) -> None:
    parameter = Parameter("this", "", allowed)
    if value is None:
        with pytest.raises(WrongValue, match=f"this=.* cannot be asked for; it should be {allowed}"):
            parameter.read(text)
    else:
        assert parameter.read(text) == value


def test_what_cannot_be_set_is_named_with_what_can() -> None:
    with pytest.raises(WrongValue, match="heat has nothing called 'coin' to set; it has days, symbol"):
        _read("heat", FILE).values({"coin": "ETH"})
    with pytest.raises(WrongValue, match="movers has nothing called 'days' to set; it has nothing"):
        _read("movers", "-- T\n\nSELECT 1").values({"days": "1"})


def test_the_sql_can_be_had_with_its_values_written_in() -> None:
    question = _read("heat", FILE)
    assert question.sql_with({"symbol": "ETH", "days": 3}).endswith("symbol = 'ETH' AND hour > now() - to_days(3)")


def test_a_question_is_found_by_its_name_however_it_is_spelled() -> None:
    assert question_called("Gas_By_Hour") is question_called("gas-by-hour")
    assert question_called("gas") is None


def test_every_file_in_the_folder_is_a_question_and_a_whole_one() -> None:
    names = {file.name for file in files("crypto_pipeline.questions").iterdir() if file.name.endswith(".sql")}
    assert {f"{question.name}.sql" for question in questions()} == names
    assert len(names) >= 12
    for question in questions():
        assert question.title, question.name
        assert question.about.endswith("."), question.name
        assert question.none.endswith("."), question.name
        used = set(re.findall(r"\$(\w+)", question.sql))
        assert used == {parameter.name for parameter in question.parameters}, question.name
        question.values({})
