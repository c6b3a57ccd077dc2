"""--demo with any command: the same question to the demo's database.

Belongs here: what the option changes, and the hint where nothing but a demo is to be found.
Does not belong here: running the demo (cli/service.py).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from crypto_pipeline.cli.parts import UsageError
from crypto_pipeline.settings import DEMO_DATABASE, PREFIX, SettingsError, load_settings

OPTION = "--demo"
ASKING_THE_WORLD = frozenset({"up", "collect", "serve", "backfill"})
"""Commands that would put real answers beside the replayed ones."""
ASKING_NOBODY = frozenset({"status", "--dry-run", "--help", "-h"})
"""What makes such a command look at what is there, and no more."""


def chosen(arguments: Sequence[str]) -> list[str]:
    """The arguments without the option, whose place among them does not matter; with it, the settings are the demo's.

    Raises UsageError for a command that collects: replayed answers are served by 'crypto-pipeline demo' alone.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if OPTION not in arguments[:end]:
        return list(arguments)
    rest = [one for place, one in enumerate(arguments) if one != OPTION or place > end]
    asks = ASKING_THE_WORLD & set(rest[1:2]) and not ASKING_NOBODY & set(rest[2:])
    if asks and not os.environ.get(f"{PREFIX}GATEWAY_URL"):
        raise UsageError(f"'{rest[1]}' asks the world; replayed answers come with 'crypto-pipeline demo'.")
    os.environ[f"{PREFIX}DEMO"] = "true"
    os.environ[f"{PREFIX}DATABASE_URL"] = ""  # also where .env names another one
    return rest


def hint() -> str | None:
    """What to say to whoever found nothing because only the demo has run here."""
    try:
        settings = load_settings()
    except SettingsError:
        return None
    # Not Path.exists, which is an error in a folder that another user keeps closed.
    if settings.demo or os.path.exists(settings.database) or not os.path.exists(settings.data_dir / DEMO_DATABASE):
        return None
    return f"Only the demo has run here: add {OPTION} to the command to ask its database."
