"""What the OCR service knows and decides: keys, envelopes, claims, result codes. Knows nothing of HTTP."""
