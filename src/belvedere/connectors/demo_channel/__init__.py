"""A channel that publishes to a file of this installation, so that all can be tried."""
