"""Chat templates: where a system text goes in those that have no place for it."""

from __future__ import annotations

import pytest

from actors.llm.chat import Said
from bus.errors import Broken, Wrong
from tests.actors.llm.tiny_gguf import GEMMA

pytest.importorskip("jinja2", reason="needs the extra: uv sync --extra llama")

from actors.llm.template import ChatTemplate

CHAT = (Said("user", "Hi"), Said("assistant", "Hello."), Said("user", "Well?"))
CHATML = (
    "{%- for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{%- if enable_thinking is defined and not enable_thinking %}{{ '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}"
)
DROPPING = "{% for m in messages %}{% if m.role != 'system' %}{{ m.role }}: {{ m.content }}\n{% endif %}{% endfor %}"


def test_gemma_gets_the_system_text_before_the_users_first_words() -> None:
    template = ChatTemplate(GEMMA, "<bos>", "<eos>")
    assert not template.has_system_role
    assert template.render("Be kind.", CHAT, "I am") == (
        "<bos><start_of_turn>user\nBe kind.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n"
        "<start_of_turn>user\nWell?<end_of_turn>\n<start_of_turn>model\nI am"
    )


def test_a_system_role_is_used_where_there_is_one_and_thinking_is_off() -> None:
    template = ChatTemplate(CHATML)
    assert template.has_system_role
    text = template.render("Be kind.", CHAT[:1])
    assert text.startswith("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>")
    assert text.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_a_template_that_leaves_the_system_text_out_without_a_word_is_found_out() -> None:
    template = ChatTemplate(DROPPING)
    assert not template.has_system_role
    assert template.render("Be kind.", CHAT[:1]) == "user: Be kind.\n\nHi\n"


def test_the_longer_prompt_begins_as_the_shorter_one() -> None:
    template = ChatTemplate(GEMMA)
    first = template.render("Be kind.", CHAT[:1])
    assert template.render("Be kind.", CHAT).startswith(first)


@pytest.mark.parametrize(
    "source",
    ["{% if %}", "{{ messages[0]", "{{ raise_exception('no') }}", "no place for words", "{{ nothing.at.all }}"],
)
def test_a_template_that_takes_no_conversation_is_refused(source: str) -> None:
    with pytest.raises(Wrong, match="chat template"):
        ChatTemplate(source)


def test_a_template_has_no_way_out_of_its_sandbox() -> None:
    source = DROPPING + "{{ messages.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(Wrong, match="does not take a conversation"):
        ChatTemplate(source)


def test_what_it_refuses_later_is_no_reason_to_die() -> None:
    picky = DROPPING + "{% if messages | length > 4 %}{{ raise_exception('too long') }}{% endif %}"
    with pytest.raises(Broken, match="too long"):
        ChatTemplate(picky).render("", CHAT + CHAT)
