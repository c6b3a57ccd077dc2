"""Tests of the ready questions."""
