"""A condition is one alert for as long as it lasts."""

from __future__ import annotations

from dataclasses import replace

from crypto_pipeline.monitoring.alerts import Alert, alert_from, reconcile, row_of, taken_over
from crypto_pipeline.monitoring.conditions import Condition
from crypto_pipeline_tests.monitoring.moments import NOON, minutes

FULL = Condition("disk_nearly_full", "error", "0.5 GB are free")
FAILING = Condition("source_failing.kraken.ticker", "warning", "failed 3 times")
OPEN = Alert("disk_nearly_full", "error", "0.5 GB are free", minutes(-60), minutes(-3))


def test_a_new_condition_opens_an_alert() -> None:
    change = reconcile([], [FULL], NOON)
    assert change.opened == (Alert("disk_nearly_full", "error", "0.5 GB are free", NOON, NOON),)
    assert change.written == change.opened
    assert not change.resolved


def test_a_condition_that_lasts_opens_no_second_alert_and_is_written_only_every_few_minutes() -> None:
    soon = reconcile([OPEN], [FULL], NOON)
    assert (soon.opened, soon.resolved, soon.written) == ((), (), ())
    assert soon.open == (OPEN,)
    assert reconcile([OPEN], [FULL], minutes(1.99)).written == ()
    later = reconcile([OPEN], [FULL], minutes(2))
    assert later.written == (replace(OPEN, last_seen_at=minutes(2)),)
    assert later.opened == ()


def test_a_condition_that_gets_worse_is_the_same_alert_with_another_severity() -> None:
    change = reconcile([replace(OPEN, severity="warning")], [FULL], NOON)
    assert change.written == (replace(OPEN, last_seen_at=NOON),)
    assert change.opened == ()


def test_a_condition_that_is_over_resolves_its_alert() -> None:
    change = reconcile([OPEN], [], NOON)
    assert change.resolved == (replace(OPEN, last_seen_at=NOON, resolved_at=NOON),)
    assert change.written == change.resolved
    assert change.open == ()


def test_an_alert_of_which_nothing_is_known_stays_as_it_is() -> None:
    failing = Alert(FAILING.name, "warning", "failed 3 times", minutes(-60), minutes(-30))
    change = reconcile([failing, OPEN], [], NOON, unjudged={"source_failing"})
    assert change.lasting == (failing,)
    assert [alert.condition for alert in change.resolved] == ["disk_nearly_full"]


def test_a_condition_that_comes_back_is_a_new_alert() -> None:
    first = reconcile([], [FULL], NOON).opened[0]
    second = reconcile([], [FULL], minutes(30)).opened[0]
    assert first.id != second.id


def test_an_alert_keeps_its_short_id_through_the_database_and_all_its_changes() -> None:
    alert = replace(OPEN, resolved_at=NOON, acknowledged_at=NOON)
    assert alert_from({**row_of(alert), "collected_at": NOON}) == alert
    assert alert.id == OPEN.id
    assert len(OPEN.id) == 8


def test_regions_that_say_the_same_at_the_same_moment_have_an_alert_each() -> None:
    ids = {replace(OPEN, region=region).id for region in ("", "eu", "asia")}
    assert len(ids) == 3


def test_an_alert_of_before_there_were_regions_is_of_none() -> None:
    row = row_of(OPEN)
    del row["region"]
    assert alert_from(row) == OPEN


def test_an_alert_knows_its_kind_and_what_it_is_about() -> None:
    failing = reconcile([], [FAILING], NOON).opened[0]
    assert (failing.kind, failing.about) == ("source_failing", "kraken.ticker")
    assert (OPEN.kind, OPEN.about) == ("disk_nearly_full", "")


def test_the_alerts_of_a_region_that_is_no_more_go_on_as_ours_and_are_open_once() -> None:
    known, stored = taken_over([OPEN], NOON, "eu")
    assert known == (replace(OPEN, region="eu"),)
    assert stored == (replace(OPEN, last_seen_at=NOON, resolved_at=NOON), replace(OPEN, region="eu"))
    assert reconcile(known, [FULL], NOON, region="eu").opened == ()


def test_of_two_alerts_about_the_same_our_own_stays() -> None:
    ours = replace(OPEN, region="eu", first_seen_at=minutes(-10))
    known, stored = taken_over([OPEN, ours, replace(OPEN, region="asia")], NOON, "eu")
    assert known == (ours,)
    assert [(alert.region, alert.is_open) for alert in stored] == [("", False), ("asia", False)]


def test_where_nobody_has_left_any_nothing_is_taken_over() -> None:
    assert taken_over([OPEN], NOON) == ((OPEN,), ())
