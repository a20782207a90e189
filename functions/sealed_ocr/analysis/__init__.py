"""One upload becomes one message."""
