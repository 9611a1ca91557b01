"""Prints the page."""

from .page import page

print(page(), end="")
