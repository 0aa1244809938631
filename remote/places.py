"""Places that a call can use."""

from __future__ import annotations

from bus.errors import Wrong
from topology.plan import Plan


def expect_only_here(plan: Plan) -> None:
    """Raises Wrong when the plan places anything on another machine."""
    if away := plan.used_hosts[1:]:
        raise Wrong(
            f"the plan places actors on {', '.join(away)}: only this machine can be used yet",
            'give those actors host = "local", or leave their host out',
        )
