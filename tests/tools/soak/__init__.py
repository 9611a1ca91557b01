"""A long day of a tool server: mixed calls of several clients while the account is in trouble.

`server` is the process under test, `held` weighs it, `person` answers its questions, `moves` are
what a client may do next, `day` lets clients do it and holds the server to what it said.
"""
