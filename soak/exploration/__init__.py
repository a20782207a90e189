"""Explores every order of events around the payments for a document and the verdicts of a card (docs/reliability.md).

The code under test is the real one. Only AWS and the OCR service are replaced.
"""
