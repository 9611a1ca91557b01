"""The stories: the first line of a docstring is the title, and the rest what it shows."""
