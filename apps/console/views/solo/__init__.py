"""A one-person shop and its beginning: file, count, who for, Print."""
