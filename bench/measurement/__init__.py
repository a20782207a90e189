"""Samples, ratios and the processes that are measured."""
