"""What the read API promises."""
