"""Collections: asking many sources at once and turning answers into table rows. Knows neither Dagster nor DuckDB."""
