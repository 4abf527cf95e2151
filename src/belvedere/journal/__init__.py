"""What happened: one append-only table of facts, and the registry of source codes."""
