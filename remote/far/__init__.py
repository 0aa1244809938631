"""Far hosts of a call: how they are reached, started, joined, looked after and left."""
