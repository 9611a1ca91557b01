"""Independent judges of the contract, the sandbox and the client; run by `make check`."""
