"""Template tags of this stage."""
