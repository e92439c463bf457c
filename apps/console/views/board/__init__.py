"""Today: the page of the one read model, its fragments, and the buttons that no other page has."""
