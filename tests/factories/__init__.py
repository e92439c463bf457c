"""Functions that make valid rows and values for tests; keyword arguments replace what a test cares about."""
