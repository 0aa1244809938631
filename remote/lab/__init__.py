"""Lab of two hosts on one machine: a real sshd with a home of its own, and the long way to it."""
