"""Chat template of a model: who said what in, the one text out that the model goes on with. Written in Jinja by the model's
makers, and so run in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actors.llm.chat import Said, with_system
from bus.errors import Broken, Fatal, Wrong

_SYSTEM, _USER, _ASSISTANT = "a-system-text", "a-users-text", "an-assistants-text"


class Refused(Exception):
    """What a template says to a conversation that it does not take."""


class ChatTemplate:
    """Renders prompts. A system text goes where the template has a place for it, else before the user's first words: some
    templates raise at the role "system" (Gemma 2), others leave it out without a word."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        """Raises Wrong for a template that cannot be used, Fatal without Jinja."""
        self._bos, self._eos = bos, eos
        self._template = _compiled(source)
        chat = (Said("user", _USER), Said("assistant", _ASSISTANT), Said("user", _USER))
        self.has_system_role = self._shows((Said("system", _SYSTEM), *chat), _SYSTEM)
        if not self._shows(chat, _USER) or not self._shows(chat, _ASSISTANT):
            raise Wrong(
                "the model's chat template does not take a conversation", "use a model for chats (instruct, it)"
            )

    def render(self, system: str, chat: Sequence[Said], begun: str = "") -> str:
        """The prompt; `begun`: how the answer begins. Raises Broken for a conversation that the template refuses."""
        try:
            return self._render(with_system(system, chat, own_role=self.has_system_role)) + begun
        except Refused as refused:
            raise Broken(
                f"the model's chat template refuses the conversation: {refused}", "use another model"
            ) from None

    def _shows(self, chat: Sequence[Said], text: str) -> bool:
        try:
            return text in self._render(chat)
        except Refused:
            return False

    def _render(self, chat: Sequence[Said]) -> str:
        import jinja2

        try:
            text: str = self._template.render(
                messages=[{"role": said.role, "content": said.text} for said in chat],
                bos_token=self._bos,
                eos_token=self._eos,
                add_generation_prompt=True,
                enable_thinking=False,  # Qwen 3 and others: what they think would only delay what they say
                raise_exception=_raise,
                tools=None,
                documents=None,
            )
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise Refused(str(error)) from error
        return text


def _raise(why: str) -> None:
    raise Refused(why)


def _compiled(source: str) -> Any:
    try:
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment
    except ImportError as error:
        raise Fatal("jinja2 is not installed", "install it: uv sync --extra llama") from error
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    try:
        return environment.from_string(source)
    except jinja2.TemplateError as error:
        raise Wrong(f"the model's chat template cannot be read: {error}", "use another file of the model") from error
