"""Shapes of answers that many sources share: feeds, ticker lists, candle lists, JSON-RPC.

Like the parsers that use them they catch nothing: what has another shape raises one of MALFORMED (sources/errors.py).
"""
