"""Bus: messages, the wire, the hub, the actor runtime and the clock. Everything else talks through it."""
