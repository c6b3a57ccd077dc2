"""What a collection promises."""
