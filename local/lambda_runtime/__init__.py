"""Lambda on this machine: the runtime API, function processes, event source mappings and Function URLs."""
