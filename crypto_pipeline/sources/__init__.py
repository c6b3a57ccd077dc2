"""Sources: what is asked, and how an answer becomes rows. Knows neither Dagster nor DuckDB."""
