"""The compiler: reads the contract and prints the client package."""
