"""Tests mirror the rooms file by file."""
