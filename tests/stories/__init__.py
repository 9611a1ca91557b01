"""Ten stories: what a data engineer asks, what a scripted assistant calls, and what comes of it.

`told` holds the stories, `assistant` and `stage` play them, `transcript` and `shown` write them
down, `book` makes the pages of docs/stories of them. `make docs` writes the pages, and a test holds
them against what happens, in both eras of the protocol.
"""
