"""The pipeline on one machine: emulated AWS, the deployed template, and the handlers in their own processes."""
