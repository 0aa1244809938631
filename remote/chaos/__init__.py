"""Chaos: a call that is shot at while a person speaks with it."""
