"""Everything that is Dagster's, and nothing else: assets, jobs, schedules, sensors, the instance."""
