"""FRED, the data bank of the Federal Reserve: yields, indices, money, prices. https://fred.stlouisfed.org"""

from collections.abc import Iterator
from datetime import date, timedelta

from crypto_pipeline.schema.rows import Observation, Row
from crypto_pipeline.sources.formats import csv_table
from crypto_pipeline.sources.formats.macro import (
    DOLLAR_INDEX,
    FED_BALANCE_SHEET,
    FED_FUNDS_RATE,
    SP500,
    US_CPI,
    US_M2,
    VIX,
    EconomicSeries,
    us_yield,
)
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    RequestSpecs,
    Rows,
    Unreadable,
    each,
    get,
)

fred = Provider(
    "fred",
    "https://fred.stlouisfed.org",
    docs="https://fred.stlouisfed.org/docs/api/fred/",
    per_minute=10,
    quirks="The file behind its graphs, without a key. No limit is published, and some who ask it from a program are refused. Each "
    "series has terms of its own: the S&P 500 and the VIX belong to others and may not be passed on.",
)

DAILY = {
    "DGS3MO": us_yield("3m"),
    "DGS2": us_yield("2y"),
    "DGS10": us_yield("10y"),
    "DGS30": us_yield("30y"),
    "DFF": FED_FUNDS_RATE,
    "DTWEXBGS": DOLLAR_INDEX,
    "VIXCLS": VIX,
    "SP500": SP500,
}
WEEKLY = {"WALCL": FED_BALANCE_SHEET}
MONTHLY = {"M2SL": US_M2, "CPIAUCSL": US_CPI}
"""By their codes of series. Those of one pace are asked for together: of several paces no plain table comes."""
SERIES: dict[str, EconomicSeries] = {**DAILY, **WEEKLY, **MONTHLY}

FILE = "/graph/fredgraph.csv"
WINDOW = {"cosd": "{start_date}", "coed": "{last_date}"}
EPOCH = "2009-01-03"
DAY = 24 * 60
"""Minutes."""


def _of_last(days: int) -> RequestSpecs:
    def requests(context: Context) -> Iterator[RequestSpec]:
        yield RequestSpec(params={"cosd": f"{context.now - timedelta(days=days):%Y-%m-%d}"})

    return requests


@fred.endpoint(
    Observation,
    get(FILE, {"id": ",".join(DAILY)}),
    requests=_of_last(14),
    cadence=360,
    answer=Expected(format="csv", stale_after_minutes=8 * DAY),
    quirks="Ten years of the S&P 500 and no more. The yields are those of the Treasury, a working day later.",
    history=Pages(1500, WINDOW, since=EPOCH),
)
def daily(payload: Payload) -> Rows:
    """observation_date,DGS3MO,DGS2,DGS10,DGS30,DFF,DTWEXBGS,VIXCLS,SP500
    2026-11-20,3.71,3.52,4.12,4.74,3.88,121.4118,17.2,6820.44

    Empty, and once a point, where nothing was observed. Percent a year but for the index of the dollar and the S&P 500.
    """
    return _observations(payload, DAILY)


@fred.endpoint(
    Observation,
    get(FILE, {"id": ",".join(WEEKLY)}),
    requests=_of_last(28),
    cadence=720,
    answer=Expected(format="csv", stale_after_minutes=14 * DAY),
    history=Pages(520, WINDOW, since=EPOCH, seconds=7 * 86_400),
)
def weekly(payload: Payload) -> Rows:
    """observation_date,WALCL
    2026-11-18,6582044.0

    Millions of dollars, on a Wednesday.
    """
    return _observations(payload, WEEKLY)


@fred.endpoint(
    Observation,
    get(FILE, {"id": ",".join(MONTHLY)}),
    requests=_of_last(150),
    cadence=720,
    answer=Expected(format="csv", stale_after_minutes=125 * DAY),
    quirks="M2 in billions of dollars. Both are revised for years; what was told at first is not here.",
    history=Pages(240, WINDOW, since=EPOCH, seconds=28 * 86_400),
)
def monthly(payload: Payload) -> Rows:
    """observation_date,M2SL,CPIAUCSL
    2026-10-01,22820.4,331.182

    The first day of the month that it is of.
    """
    return _observations(payload, MONTHLY)


def _observations(text: str, wanted: dict[str, EconomicSeries]) -> Rows:
    return each(csv_table.entries(text, *wanted), _of_day)


def _of_day(line: dict[str, str]) -> list[Row | Unreadable]:
    day = date.fromisoformat(line.get("observation_date") or line["DATE"])
    published = [(code, line[code]) for code in SERIES if line.get(code, "").strip() not in {"", "."}]
    return list(each(published, lambda code, value: SERIES[code].observation(code, day, value)))
