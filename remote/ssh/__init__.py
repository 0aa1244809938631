"""Ssh to other hosts: the system's own client, its errors in plain words, what a host is good for."""
