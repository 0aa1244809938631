"""Actors: one folder for each stage of the call; they know the bus and never each other."""
