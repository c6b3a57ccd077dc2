"""The words that all others share: tables, kinds of rows, outcomes, limits of age. Imports nothing else of ours."""
