"""What several commands need: the stack, its clients, ledger, images and queues, and the terminal."""
