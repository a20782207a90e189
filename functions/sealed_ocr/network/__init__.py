"""What both sides need of the network: connections that end in time."""
