"""A run's results as a table, a page, a chart and JSON."""
