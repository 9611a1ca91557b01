"""The judges of the protocol, and what they ask of our server by name."""
