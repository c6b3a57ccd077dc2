"""The documents: what they say works, what they name exists, and both languages say the same."""
