"""Serving over HTTP: the guard of every route, who calls, and what each may do."""
