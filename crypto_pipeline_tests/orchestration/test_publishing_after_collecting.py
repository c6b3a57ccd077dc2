"""What a collection does when it is over and its tables are to be published."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from crypto_pipeline.databank.publishing import POINTER
from crypto_pipeline.orchestration.collection_run import publish_where_wanted
from crypto_pipeline.settings import Settings


def test_the_tables_are_published_where_that_is_wanted(tmp_path: Path, empty_database: Path) -> None:
    for publish in ("", "providers"):
        settings = Settings(data_dir=tmp_path, publish=publish)
        shutil.copy(empty_database, settings.database)
        publish_where_wanted(settings)
        assert (settings.published / POINTER).exists() is bool(publish)


def test_files_that_cannot_be_written_are_not_what_a_collection_fails_of(
    tmp_path: Path, empty_database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings = Settings(data_dir=tmp_path, publish="providers", publish_dir=tmp_path / "taken")
    shutil.copy(empty_database, settings.database)
    with caplog.at_level(logging.WARNING):
        publish_where_wanted(settings)
    assert "The tables could not be published" in caplog.text
