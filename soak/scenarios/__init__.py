"""One module per scenario. Each ``run`` adds tables to the report, and raises if a guarantee does not hold."""
