"""``why``: the ledger and the logs of one document, joined into one answer."""
