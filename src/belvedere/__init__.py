"""Belvedere: plan, publish, sell and measure the promotion of a territory, as one loop."""

__version__ = "0.1.0"
