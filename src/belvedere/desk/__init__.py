"""The pages of staff and operators that cross stages; the only place where the loop closes."""
