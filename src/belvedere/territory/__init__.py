"""Where and who: areas, municipalities, places, operators, partners, users and their roles."""
