"""The page for people: the account as a status board, live while somebody looks at it.

`recent` remembers what was asked for, `survey` finds what there is to show, `sections` writes it
as markup, `events` tells those who watch, `routes` serves it all. The markup is made here alone:
the first page and every later change of it come from the same functions, so the page also works
without JavaScript, and text is escaped in one place.
"""
