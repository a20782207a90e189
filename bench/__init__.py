"""Benchmarks of the functions against reference implementations: ``python -m bench`` (``make bench``)."""
