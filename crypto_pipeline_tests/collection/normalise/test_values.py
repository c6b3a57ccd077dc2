"""Numbers, times and texts as sources spell them."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.values import block_height, integer, is_unix_time, moment, number, text

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("raw", [None, "", " ", "-", "n/a", "N/A", "null", "NaN", float("nan")])
def test_a_missing_number_is_none(raw: object) -> None:
    assert number(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1,234",
        "1_000",
        "\u0661\u0662",
        "1\u0660",
        "0x10",
        "1e",
        "e5",
        ".",
        "+",
        "1 2",
        "--1",
        True,
        [],
        {},
        float("inf"),
        "inf",
        "1e999",
        10**400,
    ],
)
def test_what_is_no_number_is_an_error_and_not_a_guess(raw: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        number(raw)


@pytest.mark.parametrize(
    ("raw", "value"), [("1.", 1.0), (".5", 0.5), ("-2e-3", -0.002), ("+7", 7.0), (" 8 ", 8.0), ("1E3", 1000.0)]
)
def test_a_number_is_read_as_it_is_written(raw: str, value: float) -> None:
    assert number(raw) == value


@pytest.mark.parametrize("raw", ["1_000", "\u0661\u0662", "\u00b2", "--5", "1,000", "0x10", "5.5.5", "9" * 31])
def test_what_is_no_whole_number_is_an_error(raw: str) -> None:
    with pytest.raises(ValueError, match="not"):
        integer(raw)


def test_every_digit_is_kept() -> None:
    assert number("0.00038") == 0.00038
    assert integer("9007199254740993") == integer(9007199254740993) == 9007199254740993


@pytest.mark.parametrize("raw", [None, "", "n/a", float("nan")])
def test_a_missing_whole_number_is_none(raw: object) -> None:
    assert integer(raw) is None


@pytest.mark.parametrize(
    ("raw", "height"), [(None, None), (-1, None), (0, None), ("0", None), (1, 1), ("902113", 902113)]
)
def test_what_waits_for_its_block_has_no_height(raw: object, height: int | None) -> None:
    assert block_height(raw) == height


def test_a_whole_number_must_be_whole_and_fit() -> None:
    assert (integer(5.0), integer("7")) == (5, 7)
    assert (integer(2**63 - 1), integer(-(2**63))) == (2**63 - 1, -(2**63))
    too_far = ((2**63, "does not fit"), (-(2**63) - 1, "does not fit"), ("1e30", "does not fit"))
    for raw, why in ((5.5, "not a whole number"), (True, "not a number"), *too_far):
        with pytest.raises(ValueError, match=why):
            integer(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00.000Z",
        "2026-11-23 12:00:00",
        "2026-11-23T12:00",
        "2026-11-23 12:00:00 UTC",
        "2026-11-23T14:00:00+02:00",
        "2026-11-23T17:30:00+0530",
        "20261123T120000Z",
        "Mon, 23 Nov 2026 12:00:00 GMT",
        "Mon, 23 Nov 2026 07:00:00 -0500",
        1795435200,
        1795435200.0,
        "1795435200",
        1795435200000,
        "1795435200000",
        1795435200000000,
        1795435200000000000,
    ],
)
def test_a_time_means_the_same_moment_however_it_is_written(raw: object) -> None:
    assert moment(raw) == NOON


@pytest.mark.parametrize("raw", [None, "", 0, "0"])
def test_no_time_is_none(raw: object) -> None:
    assert moment(raw) is None


@pytest.mark.parametrize("raw", ["soon", "2026-13-01", "32 Dec 2026", -5, -0.5, 10**30, "2026-11-23T25:00:00Z"])
def test_what_is_no_time_is_an_error(raw: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        moment(raw)


def test_a_text_has_no_outer_blanks_and_an_empty_one_is_none() -> None:
    assert (text("  BTC "), text(""), text(None), text(7)) == ("BTC", None, None, "7")


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        (158793105.0, "158793105"),
        (-5.0, "-5"),
        (1.5, "1.5"),
        (2.0**53 - 1, "9007199254740991"),
        (2.0**53, "9007199254740992.0"),
        (-(2.0**54), "-1.8014398509481984e+16"),
    ],
)
def test_a_whole_number_is_written_as_one_as_long_as_all_its_digits_are_known(raw: float, written: str) -> None:
    assert text(raw) == written


def test_a_moment_in_any_zone_is_made_utc_and_one_without_is_taken_for_it() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=9)))
    for raw in (NOON, there, NOON.replace(tzinfo=None)):
        made = moment(raw)
        assert made == NOON
        assert made.tzinfo is timezone.utc


@pytest.mark.parametrize(
    ("raw", "counts"),
    [
        ("1795435200", True),
        ("1795435200.25", True),
        ("20261126085700", False),
        ("1795435200.125", True),  # as long as a date
        ("2026.11.26", False),
        ("179543520\u00b2", False),
        ("", False),
    ],
)
def test_digits_count_seconds_unless_they_are_a_date(raw: str, counts: bool) -> None:
    assert is_unix_time(raw) is counts


def test_an_error_quotes_a_long_value_by_its_beginning() -> None:
    for length in (58, 59):
        with pytest.raises(ValueError, match="not a") as caught:
            number("x" * length)
        quoted = str(caught.value).removesuffix(" is not a number")
        assert quoted == ("'" + "x" * 58 + "'" if length == 58 else "'" + "x" * 56 + "...")


@given(st.integers(min_value=1_230_940_800_000, max_value=4_102_444_800_000))
def test_milliseconds_are_read_back_exactly(milliseconds: int) -> None:
    """From the first block of Bitcoin to the year 2100."""
    assert moment(milliseconds) == EPOCH + timedelta(milliseconds=milliseconds)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.integers()), st.booleans()))
def test_any_value_is_a_number_or_none_or_refused(raw: object) -> None:
    for convert in (number, integer, moment, text):
        with contextlib.suppress(ValueError):
            convert(raw)


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        (0.5, 0.5),
        (99_999_999_999, 99_999_999_999),
        (100_000_000_000, 100_000_000),
        (100_000_000_001, 100_000_000.001),
        (99_999_999_999_999, 99_999_999_999.999),
        (100_000_000_000_000, 100_000_000),
        (99_999_999_999_999_000, 99_999_999_999.999),
        (100_000_000_000_000_000, 100_000_000),
    ],
)
def test_the_unit_of_a_time_is_told_from_its_size(raw: float, seconds: float) -> None:
    """Seconds below 1e11, milliseconds below 1e14, microseconds below 1e17, nanoseconds below 1e20."""
    made = moment(raw)
    assert made
    assert (made - EPOCH).total_seconds() == pytest.approx(seconds, abs=1e-3)


def test_a_number_beyond_all_units_is_no_time() -> None:
    with pytest.raises(ValueError, match="is not a time"):
        moment(10**20)
