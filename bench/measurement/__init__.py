"""Samples, ratios and measured processes. Nothing here knows what is measured."""
