"""The print attempts' pages: one attempt, and what happened on the plate."""
