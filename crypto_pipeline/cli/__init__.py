"""What stands behind the crypto-pipeline command: groups of its commands, and how things look on a terminal."""
