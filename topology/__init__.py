"""Topology: plans of a call: which actor runs where, with which engine and settings."""
