"""A self-hosted crypto data bank: free public sources, collected by Dagster, kept in DuckDB."""

__version__ = "0.1.0"
