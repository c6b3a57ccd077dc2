"""The package, its metadata and its files agree on who they are."""

from __future__ import annotations

from importlib.metadata import version

import crypto_pipeline


def test_the_package_has_the_version_of_its_metadata() -> None:
    assert crypto_pipeline.__version__ == version("crypto_pipeline")
