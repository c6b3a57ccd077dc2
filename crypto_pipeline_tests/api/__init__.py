"""What the HTTP API and its twins on the command line promise."""
