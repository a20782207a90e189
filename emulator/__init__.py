"""The OCR service for development: the v2.0 guide's contract over HTTP, with real RSA and AES.

It is written from ``ocr-api-guide-v2.0.txt`` ("the guide") and ``ocr-api-facts.md`` ("the facts") and shares no
code with ``functions/``, so that one wrong reading of them cannot agree with itself.

``python -m emulator --help`` runs it, `emulator.testing.Emulator` runs it inside a test, and ``README.md`` describes
its control endpoints under ``/_emulator/``: faults on demand, key rotation and counters.
"""
