"""CPU time of a function's cold start."""
