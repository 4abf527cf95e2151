"""A payment provider for trying things out. No money moves."""
