"""Rules hooked into the loop, one a file; `order.py` lists them."""
