"""Faults on demand: their kinds, the queue of pending ones, and responses that carry them."""
