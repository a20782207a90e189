"""What the process of a function needs: settings, observability, metrics, wiring, start-up."""
