"""What the templates print: frozen objects that spell themselves. Nothing here reads the contract.

A template only loops; a template that computes a type, a name or a literal is a bug.
"""
