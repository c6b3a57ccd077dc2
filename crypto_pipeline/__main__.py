"""``python -m crypto_pipeline`` is the crypto-pipeline command."""

from crypto_pipeline.cli import main

main()
