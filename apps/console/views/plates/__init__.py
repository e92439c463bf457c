"""The plates' pages: all of them, one of them, composing one."""
