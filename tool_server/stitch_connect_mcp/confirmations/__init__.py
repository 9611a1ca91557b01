"""The gate, and everything a confirmation needs: rows, their store, questions, terminals."""
