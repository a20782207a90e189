"""Builds the functions' deployment package: wheels, service models and byte code."""
