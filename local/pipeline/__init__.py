"""The running pipeline, and what its callers need: uploads, messages and verdicts."""
