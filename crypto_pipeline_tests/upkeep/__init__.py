"""Mirrors crypto_pipeline/upkeep."""
