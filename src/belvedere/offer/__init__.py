"""The catalogue: experiences, stays, packages and goods, with their texts and pictures."""
