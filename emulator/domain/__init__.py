"""The domain of the OCR service: keys, envelopes, claims, result codes. It has no HTTP code."""
