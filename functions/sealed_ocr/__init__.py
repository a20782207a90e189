"""Sealed OCR: what runs in Lambda. Imports run one way: handlers, use cases, then ``ocr`` and ``aws``."""
