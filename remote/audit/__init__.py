"""Audit of a recorded call: rules that say what went wrong, and figures of how it went."""
