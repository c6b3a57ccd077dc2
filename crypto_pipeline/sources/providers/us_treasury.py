"""The Treasury of the United States: what its securities yield, day by day. https://home.treasury.gov"""

from collections.abc import Iterator
from datetime import date, timedelta

from crypto_pipeline.schema.rows import Observation, Row
from crypto_pipeline.sources.formats import csv_table
from crypto_pipeline.sources.formats.macro import us_yield
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    Unreadable,
    Whole,
    each,
    get,
)

us_treasury = Provider(
    "us_treasury",
    "https://home.treasury.gov/resource-center/data-chart-center/interest-rates",
    docs="https://home.treasury.gov/treasury-daily-interest-rate-xml-feed",
    per_minute=10,
    quirks="A file for each year, also of the year that is under way. Par yields, about six in the evening in Washington.",
)

TERMS = {
    "3 Mo": us_yield("3m"),
    "1 Yr": us_yield("1y"),
    "2 Yr": us_yield("2y"),
    "5 Yr": us_yield("5y"),
    "10 Yr": us_yield("10y"),
    "30 Yr": us_yield("30y"),
}
FIRST_DAY = "2009-01-03"
LONGEST_REST = timedelta(days=5)
"""Around New Year: the file of a new year has no line yet."""


def _years(context: Context) -> Iterator[RequestSpec]:
    """The file of this year; all of them for somebody who wants their past."""
    this_year = (context.now - LONGEST_REST).year
    for year in range(int(FIRST_DAY[:4]) if context.on_purpose else this_year, this_year + 1):
        values = {"year": str(year), "since": max(f"{year}-01-01", FIRST_DAY), "until": f"{year + 1}-01-01"}
        label = str(year) if context.on_purpose else "this year"
        yield RequestSpec(label, values=values, params={"field_tdr_date_value": str(year)})


@us_treasury.endpoint(
    Observation,
    get("/daily-treasury-rates.csv/{year}/all", {"type": "daily_treasury_yield_curve", "_format": "csv"}),
    requests=_years,
    cadence=360,
    answer=Expected(format="csv", stale_after_minutes=8 * 24 * 60),
    history=Whole(since=FIRST_DAY, doubt="The address was read in public code, not tried."),
)
def yields(payload: Payload) -> Rows:
    """Date,"1 Mo","2 Mo","3 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr","20 Yr","30 Yr"
    11/20/2026,3.81,3.78,3.71,3.62,3.55,3.52,3.55,3.68,3.88,4.12,4.69,4.74

    Percent a year, newest first. Terms that came later are empty before.
    """
    return each(csv_table.entries(payload, *TERMS), _of_day)


def _of_day(line: dict[str, str]) -> list[Row | Unreadable]:
    month, day_of_month, year = map(int, line["Date"].split("/"))
    day = date(year, month, day_of_month)
    published = [(term, line[term]) for term in TERMS if line.get(term, "").strip() not in {"", "N/A"}]
    return list(each(published, lambda term, value: TERMS[term].observation(term, day, value)))
