"""Stripe: the buyer pays by card, or what else the shop has switched on, on Stripe's page."""
