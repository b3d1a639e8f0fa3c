"""Seeded random scenarios. One idea a file; `generate.py` beside this folder puts them together."""
