"""Child processes, among them the emulated AWS, and its clients."""
