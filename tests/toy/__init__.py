"""A complete little app: the pattern every app of farmos follows, and what the tests of the journal work with.

A jar holds at most ``capacity`` bolts. Adding some is a command; each addition owes a note to the outside world (a line in a file).
``docs/adding-a-command.md`` walks through it.
"""
