"""The limit of open files is raised as far as the system lets us."""

from __future__ import annotations

import subprocess
import sys

import pytest

ALLOWED = "import crypto_pipeline.foundation.open_files as files; print(files.allowed_open_files())"


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [("ulimit -Sn 64", "4096"), ("ulimit -n 300", "300"), ("ulimit -Sn 64; ulimit -Hn 300", "300")],
    ids=["soft", "hard", "both"],
)
def test_a_soft_limit_is_raised_and_a_hard_one_is_kept(limits: str, allowed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{limits}; exec {sys.executable} -c '{ALLOWED}'"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == allowed
