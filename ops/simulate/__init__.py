"""Drives the outcomes of a simulated stage."""
