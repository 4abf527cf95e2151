"""Reading campaigns, their actions and pieces, and what the public sees of them."""
