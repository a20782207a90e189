"""The local services that the benchmarks run against, and the functions configured for them."""
