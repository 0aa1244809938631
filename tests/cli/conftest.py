"""Conftest of the verbs: the pretended call of tests/remote."""

from tests.remote.conftest import call, home

__all__ = ["call", "home"]
