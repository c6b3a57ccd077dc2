"""What the past costs: ``python bench/backfill.py`` fills a year of hours of ten coins in some minutes.

A replay server in a process of its own makes the candles; the back-fill is the command that a person types, in another
process, whose CPU seconds and peak memory are printed. The replay computes every candle and is slower than the back-fill,
so that the time on the clock says nothing; CPU and bytes a row do.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.symbols import COINGECKO_IDS
from crypto_pipeline.warehouse.engines import warehouse_for

PROMISED_MICROSECONDS, PROMISED_BYTES, PROMISED_MB = 35, 20, 250


def main() -> None:
    """Fill, print, fill again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coins", type=int, default=10)
    parser.add_argument("--since", default="2025-01-01")
    parser.add_argument("--until", default="2026-01-01")
    chosen = parser.parse_args()
    coins = [coin for coin in COINGECKO_IDS if coin not in {"USDT", "USDC", "DAI"}][: chosen.coins]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        server = subprocess.Popen(
            [sys.executable, "-m", "crypto_pipeline", "replay", "--speed", "0"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout
            url = json.loads(server.stdout.readline())["url"]
            environment = {
                **os.environ,
                "CRYPTO_PIPELINE_DATA_DIR": folder,
                "CRYPTO_PIPELINE_GATEWAY_URL": url,
            }
            command = ["backfill", "candles", "--symbols", ",".join(coins), "--interval", "1h", "--provider", "binance"]
            command += ["--since", chosen.since, "--until", chosen.until, "--json"]
            nothing = _ran(["--version"], environment)
            filled = _ran(command, environment)
            again = _ran(command, environment)
            before = warehouse_for(settings).size()
            _ran(["maintain"], environment)
            after = warehouse_for(settings).size()
        finally:
            server.terminate()
        rows = filled["said"]["rows"]
        cpu = (filled["cpu"] - again["cpu"]) / rows * 1e6
    print(f"{rows:,} rows in {filled['said']['pages']} pages; {again['said']['pages']} pages when asked again")
    print(
        f"CPU {cpu:.0f} µs a row beyond a run that finds nothing to do (promised {PROMISED_MICROSECONDS}), "
        f"{filled['cpu']:.1f} s in all, {nothing['cpu']:.1f} s of it for starting Python"
    )
    print(f"{before / rows:.1f} bytes a row, {after / rows:.1f} after a maintenance (promised {PROMISED_BYTES})")
    print(f"peak memory {filled['peak']:.0f} MB (promised {PROMISED_MB})")


def _ran(arguments: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
    """Run the command: what it said, its CPU seconds, its peak memory in MB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crypto_pipeline", *arguments], env=dict(environment), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{arguments}: {said}")
    kilobytes = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss / 1024
    usage: resource.struct_rusage = used
    return {
        "said": json.loads(said) if said.startswith("{") else said,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": kilobytes / 1024,
    }


if __name__ == "__main__":
    main()
