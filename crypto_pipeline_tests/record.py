"""Write the expected rows of recordings: ``python -m crypto_pipeline_tests.record kraken.ticker``.

Read every row before you keep the file: from then on it says what is right.
"""

from __future__ import annotations

import json
import sys

from crypto_pipeline.replay.recorded import file_of
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.recorded import expected_file_of, rows_of


def main(wanted: list[str]) -> None:
    for endpoint in discover():
        if not {endpoint.id, endpoint.provider.name}.isdisjoint(wanted) and file_of(endpoint).exists():
            written = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows_of(endpoint))
            expected_file_of(endpoint).write_text(written, "utf-8")
            print(f"# {endpoint.id}\n{written}", end="")


if __name__ == "__main__":
    main(sys.argv[1:])
