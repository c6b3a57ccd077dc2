"""Rows of a source made into rows of tables: one symbol for a coin, dollars, UTC, percent, NULL for what is missing."""
