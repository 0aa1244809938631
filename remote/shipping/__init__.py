"""Shipping: the code, its environment and the files that a plan names, brought to another host over ssh."""
