"""CPU time of a cold start, in processes of their own."""
