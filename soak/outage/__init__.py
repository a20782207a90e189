"""A simulation of an outage of the OCR service."""
