"""Runs the usual generators of types on the schemas, and their compilers: ``make schemas-test``."""
