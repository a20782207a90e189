"""The OCR service for development: the vendor's API v2.0 and v2.1 over HTTP, with real RSA and AES.

The sources are ``ocr-api-guide-v2.0.txt`` ("the guide") and ``ocr-api-facts.md`` ("the facts"). The emulator shares
no code with ``functions/``: a wrong reading of the sources then makes tests fail, instead of agreeing with itself.

``python -m emulator`` runs it as a program (``--help`` lists the options), and `emulator.testing.Emulator` runs it in a
test. ``README.md`` describes the control endpoints under ``/_emulator/``: faults on demand, key rotation, counters.
"""
