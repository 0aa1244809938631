"""Remote: hosts: the agent that runs a hub and actors, and the director that makes hosts match the plan."""
