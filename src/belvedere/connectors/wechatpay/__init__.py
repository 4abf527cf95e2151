"""WeChat Pay, by its third API (APIv3): QR code, phone browser and WeChat's own browser."""
