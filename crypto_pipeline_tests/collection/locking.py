"""A process that claims an endpoint: ``python -m crypto_pipeline_tests.collection.locking FILE ENDPOINT``.

It says "claimed", and when it reads a line with an outcome it gives the endpoint back with that.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

import anyio

from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.schema.outcomes import Outcome


def main() -> None:
    locks, endpoint = locks_in(Path(sys.argv[1])), sys.argv[2]
    print(anyio.run(locks.claim, endpoint) or "claimed", flush=True)
    locks.release(endpoint, Outcome(sys.stdin.readline().strip()), datetime.now(timezone.utc))
    sys.stdin.readline()


if __name__ == "__main__":
    main()
