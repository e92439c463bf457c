"""Files: content-addressed bytes with lineage, and the stages of governed operations."""
