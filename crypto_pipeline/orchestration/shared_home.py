"""A home of Dagster that others use as well: whether a daemon of ours would be in anybody's way there.

Belongs here: looking for another daemon, and for runs that wait for one.
Does not belong here: which home is used (settings.py), opening it (orchestration/instance.py), whose a run is (orchestration/asset_keys.py).

Two daemons in one home both launch what waits there, which Dagster does not support; and ours does not know the code of others.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.orchestration.asset_keys import Prefix, is_our_run
from crypto_pipeline.settings import DAGSTER_HOME, PREFIX, Settings, SettingsError

BEATS_EVERY = 30.0
"""Seconds between two signs of a daemon that lives."""
SILENT_AFTER = 3 * BEATS_EVERY
"""Seconds without a sign after which none lives."""
LOOKS_FOR = BEATS_EVERY + 10.0
"""Seconds in which one that lives gives a sign; one that was stopped a moment ago gives none."""
WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING]
"""A daemon launches these, or declares them dead."""
_ALONE = f"or name a folder for the data bank alone with {PREFIX}DAGSTER_DIR."


def require_room_for_a_daemon(
    settings: Settings,
    instance: dg.DagsterInstance,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Nothing where the home is ours alone.

    :raises SettingsError: another daemon lives in it, or runs of others wait for theirs.
    """
    if not settings.shared_home:
        return
    home = f"{DAGSTER_HOME}={settings.shared_home}"
    if _beats(instance, now, sleep):
        raise SettingsError(
            f"{home}: a daemon of Dagster runs there already, and two in one home are not supported. Let that one load "
            f"crypto_pipeline.definitions, with 'crypto-pipeline api' for the dashboard, {_ALONE}"
        )
    if waiting := _of_others(instance, settings.asset_prefix):
        raise SettingsError(
            f"{home}: {counted(waiting, 'run of other projects waits', 'runs of other projects wait')} there for their own daemon, and ours "
            f"does not know their code. Start theirs, {_ALONE}"
        )


def _beats(instance: dg.DagsterInstance, now: Callable[[], float], sleep: Callable[[float], None]) -> bool:
    first = _newest_sign(instance)
    if now() - first > SILENT_AFTER:
        return False
    give_up = now() + LOOKS_FOR
    while now() < give_up:
        sleep(1.0)
        if _newest_sign(instance) > first:
            return True
    return False


def _newest_sign(instance: dg.DagsterInstance) -> float:
    return max((beat.timestamp for beat in instance.get_daemon_heartbeats().values()), default=0.0)


def _of_others(instance: dg.DagsterInstance, prefix: Prefix) -> int:
    runs = instance.get_runs(dg.RunsFilter(statuses=WAITING))
    return sum(not is_our_run(run, prefix) for run in runs)
