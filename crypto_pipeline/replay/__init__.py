"""A loopback server that answers like every source, from recordings: for the demo, the tests and the benchmark."""
