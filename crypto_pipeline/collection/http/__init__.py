"""One request over HTTP: its deadline, budget, attempts, redirects and size. Knows no parser and no table."""
