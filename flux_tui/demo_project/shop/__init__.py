"""A corner shop: stock, cart, reports."""
