"""Bench: the figures of the bus, of a whole call and of an idle one, each beside its target."""
