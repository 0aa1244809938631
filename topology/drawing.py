"""Drawing of a plan: its actors and the messages between them, as text, Mermaid or Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from topology.catalogue import HOUSE, Cast
from topology.edges import Edge, edges
from topology.plan import Plan


def as_text(plan: Plan, cast: Cast = HOUSE) -> str:
    """One block for each actor: where it runs, and who takes what from it."""
    chosen = {name: cast[name] for name in plan.actors}
    every = edges(chosen)
    blocks = []
    for name, placement in plan.actors.items():
        engine = f"{placement.engine} on " if placement.engine else ""
        copies = f" x{placement.replicas}" if placement.replicas > 1 else ""
        lines = [f"{name}{copies} ({engine}{placement.host})"]
        rows = [(edge.target, edge.kind.spec) for edge in every if edge.source == name]
        lines += [f"  -> {target:<13} {spec.topic:<26} {spec.lane}" for target, spec in sorted(rows, key=str)]
        sent = {edge.kind for edge in every if edge.source == name}
        lines += [
            f"  -> {'(watchers)':<13} {kind.spec.topic:<26} {kind.spec.lane}"
            for kind in chosen[name].wiring.outputs
            if kind not in sent
        ]
        for topic in _from_outside(plan, cast, name):
            source = "(operator)" if topic.startswith("operator.") else "(nobody)"
            lines.append(f"  <- {source:<13} {topic}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_mermaid(plan: Plan, cast: Cast = HOUSE) -> str:
    """A Mermaid flowchart, one box for each host; GitHub draws it."""
    lines = ["flowchart LR"]
    for host in plan.used_hosts:
        lines.append(f"  subgraph host_{_id(host)}[{host}]")
        lines += [f'    {_id(p.actor)}["{p.actor}<br/><small>{p.engine}</small>"]' for p in plan.on(host)]
        lines.append("  end")
    for source, target, topics in _bundles(plan, cast):
        lines.append(f'  {_id(source)} -->|"{"<br/>".join(topics)}"| {_id(target)}')
    return "\n".join(lines)


def as_dot(plan: Plan, cast: Cast = HOUSE) -> str:
    """A Graphviz digraph, one cluster for each host."""
    lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box];"]
    for host in plan.used_hosts:
        lines.append(f'  subgraph "cluster_{host}" {{')
        lines.append(f'    label="{host}";')
        lines += [f'    "{p.actor}" [label="{p.actor}\\n{p.engine}"];' for p in plan.on(host)]
        lines.append("  }")
    for source, target, topics in _bundles(plan, cast):
        label = "\\n".join(topics)
        lines.append(f'  "{source}" -> "{target}" [label="{label}"];')
    lines.append("}")
    return "\n".join(lines)


def _bundles(plan: Plan, cast: Cast) -> Iterator[tuple[str, str, list[str]]]:
    """Pairs of actors with all topics that go from the first to the second."""
    bundles: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges({name: cast[name] for name in plan.actors}):
        bundles.setdefault((edge.source, edge.target), []).append(edge)
    for (source, target), bundle in bundles.items():
        yield source, target, [edge.kind.spec.topic for edge in bundle]


def _from_outside(plan: Plan, cast: Cast, name: str) -> list[str]:
    given = {kind for actor in plan.actors for kind in cast[actor].wiring.outputs}
    return [kind.spec.topic for kind in cast[name].wiring.inputs if kind not in given]


def _id(name: str) -> str:
    return name.replace("-", "_")
