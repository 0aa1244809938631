"""Border of a hub: what the span to another host tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bus.crossing import Afar, Meet
from bus.envelope import Header
from bus.parcel import Frames

if TYPE_CHECKING:
    from bus.span import Span


class Border(Protocol):
    """The side of the hub."""

    def meet(self, span: Span) -> Meet:
        """What this side says of itself."""

    def parted(self, span: Span) -> None:
        """Nothing that is known of the other side holds any longer."""

    def ready(self, span: Span) -> None:
        """The clocks are known: the other side may hear who is here and what is wanted."""

    def news(self, span: Span, before: dict[str, Afar], died: tuple[str, ...]) -> None:
        """`span.peers` has changed."""

    def wants(self, span: Span, prefixes: frozenset[bytes]) -> None:
        """What the other side wants of the latest lane; `span.wants` is what it wanted before."""

    def carried(self, span: Span, members: tuple[str, ...], frames: Frames, header: Header) -> None:
        """A stream message for members on this side."""

    def handled(self, member: str, ids: tuple[int, ...]) -> None:
        """A member over there has finished these."""

    def published(self, span: Span, frames: Frames, header: Header) -> None:
        """A message of the latest or state lane."""

    def posted(self, span: Span, frames: Frames, header: Header) -> None:
        """A message of the control lane."""

    def forget(self, span: Span, group: str) -> None:
        """A consumer is given up."""

    def relayed(self, span: Span, frame: bytes) -> None:
        """A question to a peer on this side, or the answer to one of ours."""
