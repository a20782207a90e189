"""The running pipeline, and its callers' side: uploads, messages and verdicts."""
