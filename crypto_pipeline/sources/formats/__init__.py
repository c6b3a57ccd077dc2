"""Shapes of answers that many sources share: feeds, ticker lists, candle lists, JSON-RPC."""
