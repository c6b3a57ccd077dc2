"""The entry point of Dagster: the definitions, and nothing else."""

from crypto_pipeline.orchestration.build import build_defs

defs = build_defs()
