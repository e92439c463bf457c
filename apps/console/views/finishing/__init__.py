"""After the print: cooling, quality check, rework, packing and sending."""
