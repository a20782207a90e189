"""A page in the browser that shows the pipeline at work: what went through it, and what was seen of that where."""
