"""One collection of every source, as a script runs it: a process of its own, whose last word is a JSON object.

It takes ten seconds of a processor, so the suite makes one, and whoever looks at what it left shares it (conftest.py).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline_tests.forked import crypto_pipeline

FAULTS = ("api.kraken.com/0/public/Ticker=503", "api.coingecko.com=451")
"""Something to be seen in the tables of failures."""
COINS = "BTC,ETH"
"""Every source is asked with two coins as with a hundred, and the documents ask for no other."""


@dataclass(frozen=True)
class Everything:
    """``data`` is the data folder, not to be written to."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def summary(self) -> Any:
        """The JSON object that the command printed."""
        return json.loads((self.folder / "stdout").read_text("utf-8"))

    def copy_to(self, data_dir: Path) -> None:
        shutil.copytree(self.data, data_dir, dirs_exist_ok=True)


def collect_everything(folder: Path) -> None:
    with running_replay(faults=FAULTS) as replay:
        settings = {"gateway_url": replay.base_url, "symbols": COINS}
        run = crypto_pipeline("collect", "--json", data_dir=folder / "data", **settings)
    assert run.returncode == 0, run.stdout + run.stderr
    (folder / "stdout").write_text(run.stdout, "utf-8")
