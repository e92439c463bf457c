"""3MF, read as if every file were meant to do harm."""
