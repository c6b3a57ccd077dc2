"""Mirrors crypto_pipeline/commands."""
