"""One module a host, or a family of hosts. Adding a source touches this folder and its recording only."""
