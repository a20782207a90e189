"""What operators do to a deployed stack: look, send again, follow, bring in what was there before."""
