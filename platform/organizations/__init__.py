"""The pages of organizations, for those who look after them."""
