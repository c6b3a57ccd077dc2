"""The specification of the watching: pure functions by tables of cases, the whole against a real instance and file."""
