"""A stateful simulator of the Stitch Connect API.

It takes its routes and its judgement from the contract, never from the client: what both
agree on, they agree on because the contract says so.
"""
