"""Serving: the engine servers of a host, `[services.NAME]`: an attendant for each, which is an actor like any other."""
