"""One claim becomes one verdict."""
