"""The hand-written half of the client: it knows how to make a call, and no endpoint."""
