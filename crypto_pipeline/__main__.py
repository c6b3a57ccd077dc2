"""``python -m crypto_pipeline`` is the crypto-pipeline command."""

from crypto_pipeline.cli.app import main

main()
