"""What the loopback server promises."""
