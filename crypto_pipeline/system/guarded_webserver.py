"""Dagster's webserver with our guard around it.

Belongs here: putting the guard around the application that Dagster builds.
Does not belong here: who may ask (system/dagster_guard.py), the program (system/dagster_webserver.py).
"""

from __future__ import annotations

from typing import Any

from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from crypto_pipeline.api.guard import access_of
from crypto_pipeline.settings import load_settings
from crypto_pipeline.system.dagster_guard import DagsterGuard


class GuardedWebserver(DagsterWebserver[Any, Any]):
    """The webserver that refuses pages of elsewhere."""

    def build_middleware(self) -> list[Middleware]:
        """The guard first."""
        settings = load_settings()
        access = access_of(settings, settings.dagster_public_url)
        return [Middleware(DagsterGuard, access=access), *super().build_middleware()]
