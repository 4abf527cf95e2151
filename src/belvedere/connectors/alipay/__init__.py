"""Alipay: the buyer pays in the Alipay app or on Alipay's page."""
