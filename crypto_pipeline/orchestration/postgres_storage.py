"""Dagster's storage in the PostgreSQL of the settings: dagster.yaml names this class and no address.

Belongs here: handing the address of the settings to Dagster's own storage, with the driver that it works with.
Does not belong here: when it is used (orchestration/instance.py). Imported by Dagster, where dagster.yaml says so.

Dagster's UI shows dagster.yaml, and its storage sends a command that psycopg 3, which SQLAlchemy takes by default, cannot.
"""

from __future__ import annotations

from typing import Any

from dagster_postgres import DagsterPostgresStorage

from crypto_pipeline.foundation.postgres_address import for_sqlalchemy
from crypto_pipeline.settings import SettingsError, load_settings


class SettingsPostgresStorage(DagsterPostgresStorage):
    """Dagster's storage in PostgreSQL; the address comes from CRYPTO_PIPELINE_DAGSTER_STORAGE of whichever process opens it."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing: dagster.yaml says no more than the class."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> SettingsPostgresStorage:
        """Raises SettingsError where the process does not know the address."""
        address = load_settings().dagster_postgres
        if not address:
            raise SettingsError(
                "dagster.yaml says that runs are in a PostgreSQL; set CRYPTO_PIPELINE_DAGSTER_STORAGE to its address."
            )
        return cls(postgres_url=for_sqlalchemy(address), inst_data=inst_data)
