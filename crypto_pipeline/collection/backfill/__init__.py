"""Filling the past: which pages are missing, asking for them, and what each of them said."""
