"""Command-line tools for the operators of a deployed stack."""
