"""Checks of the design's guarantees."""
