"""The newsletter: one mail to one person at a time, over SMTP."""
