"""The AWS side: uploads, results, ledger, Request-Keys, credentials. Knows nothing of envelopes."""
