"""Bank transfer: a way to pay without a provider; a person says what the bank received."""
