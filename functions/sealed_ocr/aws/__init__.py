"""The AWS side: uploads, results, ledger, Request-Keys, credentials. Independent of envelopes."""
