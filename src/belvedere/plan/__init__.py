"""What is meant to happen: markets, plans, workshops, fairs."""
