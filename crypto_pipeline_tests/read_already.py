"""What processes that are forked for tests find read already (forked.py). To read this is all that their parent does.

Belongs here: what commands read at their beginning or when they first need it. None of it looks at settings, which each
command has of its own.

Nothing that reading makes is garbage, and all of it stays: no search for garbage looks at it, neither here nor in what is forked,
which would also have to copy the memory that it marks.
"""

from __future__ import annotations

import atexit
import gc
import os
from importlib import import_module
from pkgutil import iter_modules

gc.disable()

MODULES = (
    "crypto_pipeline.__main__",
    "crypto_pipeline.api.worker",
    "crypto_pipeline.cli.app",
    "crypto_pipeline.cli.backfill_progress",
    "crypto_pipeline.cli.progress",
    "crypto_pipeline.orchestration.collection_run",
    "crypto_pipeline.sources.providers",
    "crypto_pipeline.system.backfilling",
    "crypto_pipeline.warehouse.engines",
    "anyio._backends._asyncio",
    "dagster._core.instance.factory",  # with these Dagster opens an instance
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.root",
    "dagster._core.storage.sqlite_storage",
    "upath.implementations.local",
    "dagster._core.execution.execute_in_process",  # and with these it runs a job
    "dagster._core.executor.in_process",
)
for name in MODULES:
    module = import_module(name)
    if name.endswith(".providers"):
        for provider in iter_modules(module.__path__, f"{name}."):
            import_module(provider.name)
import_module("crypto_pipeline_tests.quick_storage").read_all()
gc.freeze()
import_module("crypto_pipeline.collection.garbage").something_is_left_out()  # here, and not in whatever is forked
gc.enable()


def _leave(parent: int = os.getpid()) -> None:
    """To take all of that apart takes as long as to read it. What is forked ends without."""
    if os.getpid() == parent:
        os._exit(0)


atexit.register(_leave)
