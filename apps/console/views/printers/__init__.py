"""The printers' pages: all of them, one of them, joining the farm."""
