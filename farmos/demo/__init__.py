"""The demonstration: a shop, its customers and its operators, played through the same commands, processes and machines as a real farm."""
