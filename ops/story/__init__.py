"""What the ledger's item says of a document, in sentences that are true in every state."""
