"""What needs a person, and that a person knows of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crypto_pipeline.monitoring.acknowledge import acknowledge, alerts
from crypto_pipeline.monitoring.alerts import Alert, row_of
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.monitoring.moments import NOON, minutes

OPEN = Alert("disk_nearly_full", "error", "0.5 GB are free", minutes(-60), NOON)
OVER = Alert("run_failed.ui", "error", "it failed", minutes(-30), NOON, resolved_at=NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    shutil.copy(templates.empty_database(), settings.database)
    warehouse_for(settings).merge({"alerts": [{**row_of(alert), "collected_at": NOON} for alert in (OPEN, OVER)]})
    return settings


def test_alerts_that_are_over_are_given_when_all_are_asked_for(settings: Settings) -> None:
    assert alerts(settings) == [OPEN]
    assert alerts(settings, all_of_them=True) == [OVER, OPEN]


def test_the_first_time_that_somebody_acknowledges_an_alert_counts_and_it_stays_open(settings: Settings) -> None:
    first = acknowledge(settings, OPEN.id)
    assert first.acknowledged_at
    assert first == replace(OPEN, acknowledged_at=first.acknowledged_at)
    assert acknowledge(settings, OPEN.id) == first
    assert alerts(settings) == [first]


def test_an_alert_that_there_is_not_cannot_be_acknowledged(settings: Settings) -> None:
    with pytest.raises(KeyError):
        acknowledge(settings, "00000000")
