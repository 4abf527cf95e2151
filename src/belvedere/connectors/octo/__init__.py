"""Other suppliers that speak OCTO: their products come into the catalogue as proposals."""
