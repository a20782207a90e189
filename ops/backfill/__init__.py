"""``backfill``: sends images through the pipeline that were in the bucket before the stack."""
