"""Dates as they are written in the wild: each is read as the moment that it names, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.sources.errors import UnknownZone
from crypto_pipeline.sources.formats.date_words import FILLERS, MONTHS, WEEKDAYS
from crypto_pipeline.sources.formats.dates import WrittenTime, written_time

LONGEST = 100

WITH_A_ZONE = [
    ("Thu, 26 Nov 2026 08:57:00 +0200", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +02:00", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +02", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +2", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +2:00", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00+0200", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00+02:00", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 -0500", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 −0500", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0530", "2026-11-26T03:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0545", "2026-11-26T03:12:00"),
    ("Thu, 26 Nov 2026 08:57:00 -0330", "2026-11-26T12:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 +1400", "2026-11-25T18:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 -0000", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT+0200", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT+02:00", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT+2", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT +0200", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT-5", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 UTC+0800", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 UTC+8", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 UTC-05:00", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 (UTC+8)", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 (GMT+03:00)", "2026-11-26T05:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0000 (UTC)", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0200 (CEST)", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0530 (IST)", "2026-11-26T03:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 +0530 IST", "2026-11-26T03:27:00"),
    ("Thu Nov 26 2026 08:57:00 GMT+0200 (Eastern European Standard Time)", "2026-11-26T06:57:00"),
    ("Thu Nov 26 2026 08:57:00 GMT-0500 (EST)", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 gmt", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 UT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 UTC", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 (UTC)", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 Z", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00Z", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 EST", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 EDT", "2026-11-26T12:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 CST", "2026-11-26T14:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 CDT", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 MST", "2026-11-26T15:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 MDT", "2026-11-26T14:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 PST", "2026-11-26T16:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 PDT", "2026-11-26T15:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 ET", "2026-11-26T13:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 PT", "2026-11-26T16:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 ET", "2026-07-01T12:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 MEST", "2026-07-01T06:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 MESZ", "2026-07-01T06:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 CEST", "2026-07-01T06:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 CET", "2026-11-26T07:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 MET", "2026-11-26T07:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 MEZ", "2026-11-26T07:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 NZDT", "2026-11-25T19:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 NZST", "2026-06-30T20:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 AEDT", "2026-11-25T21:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 AEST", "2026-06-30T22:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 ACST", "2026-11-25T23:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 AWST", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 JST", "2026-11-25T23:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 KST", "2026-11-25T23:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 HKT", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 SGT", "2026-11-26T00:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 IST", "2026-11-26T03:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 PKT", "2026-11-26T03:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 MSK", "2026-11-26T05:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 TRT", "2026-11-26T05:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 IRST", "2026-11-26T05:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 EET", "2026-11-26T06:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 BST", "2026-07-01T07:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 WIB", "2026-11-26T01:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 BRT", "2026-11-26T11:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 AKST", "2026-11-26T17:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 HST", "2026-11-26T18:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 America/New_York", "2026-11-26T13:57:00"),
    ("Wed, 01 Jul 2026 08:57:00 America/New_York", "2026-07-01T12:57:00"),
    ("Thu, 26 Nov 2026 08:57:00 Asia/Tehran", "2026-11-26T05:27:00"),
    ("Thu, 26 Nov 2026 08:57:00 Europe/Istanbul", "2026-11-26T05:57:00"),
    ("2026-11-26 08:57:00 Europe/Berlin", "2026-11-26T07:57:00"),
    ("2026-11-26T08:57:00 Etc/UTC", "2026-11-26T08:57:00"),
    ("2026-11-26T08:57:00+01:00[Europe/Berlin]", "2026-11-26T07:57:00"),
    ("2026-11-26T08:57:00[Europe/Berlin]", "2026-11-26T07:57:00"),
    ("2026-11-26T08:57:00Z", "2026-11-26T08:57:00"),
    ("2026-11-26t08:57:00z", "2026-11-26T08:57:00"),
    ("2026-11-26T08:57:00+02", "2026-11-26T06:57:00"),
    ("2026-11-26T08:57:00+0200", "2026-11-26T06:57:00"),
    ("2026-11-26T08:57:00+02:00", "2026-11-26T06:57:00"),
    ("2026-11-26T08:57:00 +02:00", "2026-11-26T06:57:00"),
    ("2026-11-26 08:57:00+02", "2026-11-26T06:57:00"),
    ("2026-11-26 08:57:00 +0200", "2026-11-26T06:57:00"),
    ("2026-11-26 08:57:00 UTC", "2026-11-26T08:57:00"),
    ("2026-11-26 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("2026-11-26 08:57:00 UTC+8", "2026-11-26T00:57:00"),
    ("2026-11-26T08:57Z", "2026-11-26T08:57:00"),
    ("2026-11-26T08:57:00.5Z", "2026-11-26T08:57:00.500000"),
    ("2026-11-26T08:57:00,500Z", "2026-11-26T08:57:00.500000"),
    ("2026-11-26T08:57:00.123456789Z", "2026-11-26T08:57:00.123456"),
    ("20261126T085700Z", "2026-11-26T08:57:00"),
    ("20261126T085700+0200", "2026-11-26T06:57:00"),
    ("2026-11-26T24:00:00Z", "2026-11-27T00:00:00"),
    ("2026-11-26T23:59:60Z", "2026-11-27T00:00:00"),
    ("2026/11/26 08:57:00 +0200", "2026-11-26T06:57:00"),
    ("Wed, Oct 28 2026 08:28:28 PM EST", "2026-10-29T01:28:28"),
    ("Oct 28, 2026 8:28 p.m. ET", "2026-10-29T00:28:00"),
    ("October 28, 2026, 8:28pm UTC", "2026-10-28T20:28:00"),
    ("2026-11-26 08:57:00 AM +0200", "2026-11-26T06:57:00"),
    ("Thursday, 26 November 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thursday, 26-Nov-26 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 26 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Wed, 25 Nov 26 08:57:00 GMT", "2026-11-25T08:57:00"),
    ("26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu 26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu,26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26  Nov  2026   08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thurs, 26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Tues, 24 Nov 2026 08:57:00 GMT", "2026-11-24T08:57:00"),
    ("Mon, 26 Nov 2026 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 3 Sept 2026 08:57:00 GMT", "2026-09-03T08:57:00"),
    ("Nov 26th, 2026 08:57 UTC", "2026-11-26T08:57:00"),
    ("Thu Nov 26 08:57:00 UTC 2026", "2026-11-26T08:57:00"),
    ("Thu Nov 26 08:57:00 EST 2026", "2026-11-26T13:57:00"),
    ("Thu Nov 26 08:57:00 +0200 2026", "2026-11-26T06:57:00"),
    ("Thu, 26 Nov 2026, 08:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 8:57:00 GMT", "2026-11-26T08:57:00"),
    ("Thu, 26 Nov 2026 08:57:00.250 GMT", "2026-11-26T08:57:00.250000"),
    ("Thu, 26 Nov 2026T08:57:00 GMT", "2026-11-26T08:57:00"),
    ("jue, 26 nov 2026 08:57:00 +0000", "2026-11-26T08:57:00"),
    ("26 de noviembre de 2026 08:57 UTC", "2026-11-26T08:57:00"),
    ("26 novembre 2026 08:57:00 +0100", "2026-11-26T07:57:00"),
    ("Do, 26 Nov 2026 08:57:00 +0100", "2026-11-26T07:57:00"),
    ("26. März 2026 08:57:00 +0100", "2026-03-26T07:57:00"),
    ("Чт, 26 ноя 2026 08:57:00 +0300", "2026-11-26T05:57:00"),
    ("26 ноября 2026 08:57:00 +0300", "2026-11-26T05:57:00"),
    ("Per, 26 Kas 2026 08:57:00 +0300", "2026-11-26T05:57:00"),
    ("26 Kasım 2026 08:57:00 +0300", "2026-11-26T05:57:00"),
    ("qui, 26 nov 2026 08:57:00 -0300", "2026-11-26T11:57:00"),
]

WITHOUT_A_ZONE = [
    ("20261126085700", "2026-11-26T08:57:00"),
    ("2026-11-26T08:57:00", "2026-11-26T08:57:00"),
    ("2026-11-26 08:57", "2026-11-26T08:57:00"),
    ("2026-11-26", "2026-11-26T00:00:00"),
    ("2026/11/26 08:57:00", "2026-11-26T08:57:00"),
    ("2026/11/26", "2026-11-26T00:00:00"),
    ("2026.11.26 08:57", "2026-11-26T08:57:00"),
    ("11/26/2026 08:57:00", "2026-11-26T08:57:00"),
    ("26/11/2026 08:57:00", "2026-11-26T08:57:00"),
    ("26.11.2026 08:57", "2026-11-26T08:57:00"),
    ("26-11-2026 08:57", "2026-11-26T08:57:00"),
    ("03.04.2026 08:57", "2026-04-03T08:57:00"),
    ("04/04/2026 08:57:00", "2026-04-04T08:57:00"),
    ("26-Nov-2026 08:57:00", "2026-11-26T08:57:00"),
    ("Sat, Oct 28 2026 08:28:28 PM", "2026-10-28T20:28:28"),
    ("Wed, Oct 28 2026 08:28:28 PM", "2026-10-28T20:28:28"),
    ("October 28, 2026 at 8:28 PM", "2026-10-28T20:28:00"),
    ("2026-11-26 08:57:00 PM", "2026-11-26T20:57:00"),
    ("11/26/2026 12:05 AM", "2026-11-26T00:05:00"),
    ("11/26/2026 12:05 PM", "2026-11-26T12:05:00"),
    ("November 26, 2026", "2026-11-26T00:00:00"),
    ("26 Nov 2026", "2026-11-26T00:00:00"),
    ("Thu Nov 26 08:57:00 2026", "2026-11-26T08:57:00"),
    ("20 novembre 2026", "2026-11-20T00:00:00"),
    ("2026年11月26日 08:57", "2026-11-26T08:57:00"),
    ("2026년 11월 26일 08:57", "2026-11-26T08:57:00"),
    ("26.11.2026 08:57 Uhr", "2026-11-26T08:57:00"),
    ("jeudi 26 novembre 2026 à 08h57", "2026-11-26T08:57:00"),
    ("۲۶ نوامبر ۲۰۲۶ ۰۸:۵۷", "2026-11-26T08:57:00"),
    ("٢٦/١١/٢٠٢٦ ٠٨:٥٧", "2026-11-26T08:57:00"),
    ("الخميس 26 نوفمبر 2026 08:57", "2026-11-26T08:57:00"),
    ("２０２６年１１月２６日 ０８:５７", "2026-11-26T08:57:00"),
]

OF_THE_PERSIAN_CALENDAR = [
    # text, the moment in UTC: Iran's clocks are three and a half hours ahead, and four and a half in the summers up to 2022
    ("1405/09/05 08:57", "2026-11-26T05:27:00"),
    ("۱۴۰۵/۰۹/۰۵ ۰۸:۵۷", "2026-11-26T05:27:00"),
    ("1405-09-05 08:57:00", "2026-11-26T05:27:00"),
    ("05/09/1405 08:57", None),
    ("5.9.1405 08:57", "2026-11-26T05:27:00"),
    ("۵ آذر ۱۴۰۵ ۰۸:۵۷", "2026-11-26T05:27:00"),
    ("پنجشنبه ۵ آذر ۱۴۰۵ - ۰۸:۵۷", "2026-11-26T05:27:00"),
    ("پنج\u200cشنبه، ۵ آذر ۱۴۰۵ ساعت ۰۸:۵۷", "2026-11-26T05:27:00"),
    ("سه شنبه ۳ آذر ۱۴۰۵، ۰۸:۵۷", "2026-11-24T05:27:00"),
    ("۱ فروردین ۱۴۰۰", "2021-03-20T20:30:00"),
    ("1 مرداد 1400 12:00", "2021-07-23T07:30:00"),
    ("1399/12/30 12:00", "2021-03-20T08:30:00"),
]

ZONES_THAT_NOBODY_KNOWS = [
    "Thu, 26 Nov 2026 08:57:00 GMT; Fri, 27 Nov 2026 08:57:00 GMT",
    "Thu, 26 Nov 2026 08:57:00 +2500",
    "Thu, 26 Nov 2026 08:57:00 +0275",
    "Thu, 26 Nov 2026 08:57:00 +0000 EST",
    "Thu, 26 Nov 2026 08:57:00 XYZ",
    "Thu, 26 Nov 2026 08:57:00 QQQQ",
    "2026-11-26 08:57:00 XYZ",
    "Thu, 26 Nov 2026 08:57:00 America/Nowhere",
    "Thu, 26 Nov 2026 08:57:00 ../../etc/passwd",
    "2026-11-26T08:57:00+25:00",
    "Thu, 26 Nov 2026 08:57:00 GMT extra words",
]

NO_WHOLE_DATES = [
    "2026-330T08:57:00Z",
    "2026-W48-4",
    "2026-11",
    "03/04/2026 08:57:00",
    "11/26/26 08:57",
    "10/11/12 08:57",
    "11/26/2026 13:05 PM",
    "11/26/2026 00:05 AM",
    "Thu, 26 Nov 2026 08.57.00 GMT",
    "1.79568342e12",
    "/Date(1795683420000)/",
    "-1795683420",
    "soon",
    "yesterday",
    "2 hours ago",
    "now",
    "just now",
    "today",
    "Thu",
    "Nov 2026",
    "08:57",
    "08:57:00 GMT",
    "Nov 26",
    "Thu, 26 Nov 08:57:00 GMT",
    "Fri, 32 Nov 2026 10:00:00 GMT",
    "Mon, 30 Feb 2026 10:00:00 GMT",
    "2026-13-01T00:00:00Z",
    "2026-11-20T10:00:61Z",
    "2026-11-20T25:00:00Z",
    "Published Thu, 26 Nov 2026 08:57:00 GMT",
    "{{ pubDate }}",
    "Invalid Date",
    "0000-00-00 00:00:00",
    "%a, %d %b %Y",
    "Thu, 26 Nov 20261 08:57:00 GMT",
    "26 26 26",
    "2026-11-26 2026-11-27",
]


def _utc(iso: str) -> datetime:
    return datetime.fromisoformat(iso).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(("raw", "utc"), WITH_A_ZONE)
def test_a_date_with_a_zone_is_the_moment_that_it_names(raw: str, utc: str) -> None:
    written = written_time(raw)
    assert (written.at, written.has_zone) == (_utc(utc), True)


@pytest.mark.parametrize(("raw", "wall"), WITHOUT_A_ZONE)
def test_a_date_without_a_zone_is_taken_as_utc_and_marked(raw: str, wall: str) -> None:
    written = written_time(raw)
    assert (written.at, written.has_zone) == (_utc(wall), False)


@pytest.mark.parametrize(("raw", "utc"), OF_THE_PERSIAN_CALENDAR)
def test_a_day_of_the_persian_calendar_is_taken_as_one_in_iran_and_marked(raw: str, utc: str | None) -> None:
    if utc is None:
        with pytest.raises(ValueError, match="is not a time"):
            written_time(raw)
        return
    written = written_time(raw)
    assert (written.at, written.has_zone, written.taken_as) == (_utc(utc), False, "Asia/Tehran")
    assert written.weekday_fits


def test_a_zone_beside_a_persian_day_is_believed() -> None:
    assert written_time("1405-09-05T08:57:00Z") == (_utc("2026-11-26T08:57:00"), True, True, "Asia/Tehran")


@pytest.mark.parametrize(("year", "is_persian"), [(1369, False), (1370, True), (1479, True), (1480, False)])
def test_years_of_our_time_in_the_persian_calendar_are_of_it(year: int, is_persian: bool) -> None:
    assert (written_time(f"{year}-09-05").taken_as != "UTC") == is_persian


@pytest.mark.parametrize("day", ["1400/12/30", "1405/7/31", "1405/13/1", "۳۱ مهر ۱۴۰۵", "5 آذر 2026"])
def test_a_day_that_the_persian_calendar_does_not_have_is_an_error(day: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        written_time(day)


@pytest.mark.parametrize("raw", ZONES_THAT_NOBODY_KNOWS)
def test_a_zone_that_nobody_knows_is_not_taken_as_utc(raw: str) -> None:
    with pytest.raises(UnknownZone):
        written_time(raw)


@pytest.mark.parametrize("raw", NO_WHOLE_DATES)
def test_what_is_no_date_no_whole_one_or_an_ambiguous_one_is_an_error(raw: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        written_time(raw)


@pytest.mark.parametrize(
    ("raw", "fits"),
    [
        ("Thu, 26 Nov 2026 08:57:00 GMT", True),
        ("Mon, 26 Nov 2026 08:57:00 GMT", False),
        ("Sunday, 26 Nov 2026 08:57:00 GMT", False),
        ("jue, 26 nov 2026 08:57:00 GMT", True),
        ("mar, 24 nov 2026 08:57:00 GMT", True),
        ("26 Nov 2026 08:57:00 GMT", True),
        ("Sat, Oct 28 2026 08:28:28 PM", False),
    ],
)
def test_a_weekday_that_the_day_does_not_have_is_marked(raw: str, fits: bool) -> None:
    assert written_time(raw).weekday_fits is fits


@pytest.mark.parametrize(
    ("zone", "known"),
    [("+1400", True), ("+1401", False), ("-1400", True), ("-1401", False), ("+0059", True), ("+0060", False)],
)
def test_no_zone_lies_further_from_greenwich_than_fourteen_hours(zone: str, known: bool) -> None:
    try:
        written_time(f"Thu, 26 Nov 2026 08:57:00 {zone}")
    except UnknownZone:
        assert not known
    else:
        assert known


@pytest.mark.parametrize("clock", ["23:59:59", "23:59:60", "24:00:00", "00:00:00", "12:59"])
def test_the_last_clocks_of_a_day_are_read(clock: str) -> None:
    written_time(f"2026-11-26T{clock}Z")
    written_time(f"Thu, 26 Nov 2026 {clock} GMT")


@pytest.mark.parametrize("clock", ["23:59:61", "24:00:01", "24:01:00", "25:00:00", "12:60", "00:60:00"])
def test_a_clock_that_does_not_exist_is_an_error(clock: str) -> None:
    for text in (f"2026-11-26T{clock}Z", f"Thu, 26 Nov 2026 {clock} GMT"):
        with pytest.raises(ValueError, match="is not a time"):
            written_time(text)


def test_a_text_that_is_too_long_to_be_a_date_is_not_read() -> None:
    date = "Thu, 26 Nov 2026 08:57:00 GMT"
    assert written_time(date + " " * (LONGEST - len(date))) == written_time(date)
    with pytest.raises(ValueError, match="a date of 101 characters"):
        written_time(date + " " * (LONGEST + 1 - len(date)))


@pytest.mark.parametrize("word", sorted(MONTHS))
def test_every_name_of_a_month_is_read_as_that_month(word: str) -> None:
    at = written_time(f"5 {word} 2026 08:57 GMT").at
    assert (at.month, at.day) == (MONTHS[word], 5)


def test_words_of_dates_are_written_as_they_are_looked_up() -> None:
    for word in (*MONTHS, *WEEKDAYS, *FILLERS):
        assert word == word.casefold()


@given(
    st.integers(0, 90 * 365 * 86_400).map(lambda seconds: _utc("2009-01-03T00:00:00") + timedelta(seconds=seconds)),
    st.integers(-14 * 60, 14 * 60),
)
def test_the_usual_forms_are_read_back(at: datetime, minutes_east: int) -> None:
    sign, (hours, minutes) = "-" if minutes_east < 0 else "+", divmod(abs(minutes_east), 60)
    east = f"{sign}{hours:02}{minutes:02}"
    expected = at - timedelta(minutes=minutes_east)
    for form in ("%a, %d %b %Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p"):
        for zone in (east, f"GMT{east}", f"UTC{east[:3]}:{east[3:]}", f"({east})"):
            assert written_time(f"{at.strftime(form)} {zone}") == WrittenTime(expected, has_zone=True)


@given(st.text(st.sampled_from("0123456789:-/.,+ TZapmGMTUCnovNOVthuTHU()[]年月日٣é"), max_size=40))
def test_whatever_is_written_there_is_a_moment_or_a_value_error(raw: str) -> None:
    try:
        written = written_time(raw)
    except ValueError:
        return
    assert written.at.tzinfo is timezone.utc


@given(
    st.floats(915_148_800, 4_133_980_800),
    st.sampled_from(["T", " "]),
    st.sampled_from(["", "Z", "+00:00", "+0000", "+01:00"]),
    st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]),
)
def test_the_usual_spelling_is_read_as_any_other(at: float, between: str, zone: str, fraction: str) -> None:
    raw = datetime.fromtimestamp(at, timezone.utc).replace(tzinfo=None).isoformat(between, fraction) + zone
    assert written_time(raw) == written_time(f" {raw}")


@pytest.mark.parametrize(
    "raw", ["2026-11-26T24:00:00Z", "2026-11-26T23:59:60Z", "2026-11-26 24:00:01", "2026-02-30T08:00:00"]
)
def test_odd_clocks_and_days_in_the_usual_spelling_are_read_as_any_other(raw: str) -> None:
    def read(text: str) -> WrittenTime | None:
        try:
            return written_time(text)
        except ValueError:
            return None

    assert read(raw) == read(f" {raw}")
