"""The specification of crypto_pipeline, as tests."""
