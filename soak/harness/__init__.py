"""The system under test, the workload and the injected faults."""
