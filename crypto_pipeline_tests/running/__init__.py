"""Mirrors crypto_pipeline/running."""
