"""A page in the browser that shows the pipeline at work: its documents, and what was observed of each."""
