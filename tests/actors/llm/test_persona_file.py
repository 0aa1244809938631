"""Scenes of persona files: good ones are read, bad ones are refused with the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.llm.persona_file import read_persona
from bus.errors import Wrong

HEAD = 'name = "Ada"\nlanguage = "en"\n[greeting]\nen = "Hi, I am {name}."\n[unknown]\nen = ["No."]\n'
GOOD = HEAD + '[[answer]]\nquestions = ["who are you"]\nanswer = "I am {name},\\nreally."\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "me.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_read_and_the_name_put_in(tmp_path: Path) -> None:
    persona = read_persona(written(tmp_path, GOOD))
    assert persona.greeting == {"en": "Hi, I am Ada."}
    assert persona.answers[0].answers == ("I am Ada, really.",)


def test_what_the_owner_says_about_himself_is_read_and_may_be_left_out(tmp_path: Path) -> None:
    assert read_persona(written(tmp_path, GOOD)).about == ""
    assert (
        read_persona(written(tmp_path, 'about = """\n{name} builds\nboats."""\n' + GOOD)).about == "Ada builds boats."
    )


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_persona(path).name == "Ada"


ENTRY = '[[answer]]\nquestions = ["a b"]\nanswer = "c"\n'


@pytest.mark.parametrize(
    ("text", "what", "todo"),
    [
        (HEAD, "no answers", "[[answer]]"),
        (
            GOOD + '[[answer]]\nqestions = ["x"]\nanswer = "y"\n',
            "line 10, answer 2: there is no key 'qestions'",
            "'questions'",
        ),
        (GOOD + '[[answer]]\nquestions = "x"\nanswer = "y"\n', "answer 2: questions is 'x'", '["one", "another"]'),
        (GOOD + '[[answer]]\nquestions = []\nanswer = "y"\n', "answer 2: questions is empty", '["one", "another"]'),
        (GOOD + '[[answer]]\nquestions = ["x", 3]\nanswer = "y"\n', "questions is 3", '"some text"'),
        (GOOD + '[[answer]]\nquestions = ["x"]\n', "needs one of `answer` and `answers`", "answers = ["),
        (GOOD + '[[answer]]\nquestions = ["x"]\nanswer = " "\n', "answer is ' '", '"some text"'),
        (GOOD + '[[answer]]\nquestions = ["?!"]\nanswer = "y"\n', "has no words", "as somebody would say it"),
        (GOOD + '[[answer]]\nquestions = ["x"]\nanswer = "I am {nam}"\n', "{nam}", "{name}"),
        (GOOD + '[[answer]]\nquestions = ["Who are you?"]\nanswer = "y"\n', "asked twice, also in", "one answer"),
        (GOOD.replace("[greeting]", "[greetings]"), "'greetings'", "'greeting'"),
        (GOOD.replace('language = "en"', 'language = "uk"'), "no text for the language 'uk'", "add uk ="),
        (GOOD.replace('name = "Ada"\n', ""), "name is missing", "name ="),
        (GOOD.replace('["No."]', '"No."'), "unknown.en is 'No.'", "["),
        (GOOD + "answer = \n", "not valid TOML", "quotes"),
        ('answer = ["x"]\n' + HEAD, "answer 1 is not a table", "[[answer]]"),
    ],
)
def test_a_bad_file_is_refused_with_place_and_remedy(tmp_path: Path, text: str, what: str, todo: str) -> None:
    with pytest.raises(Wrong) as caught:
        read_persona(written(tmp_path, text))
    assert what in caught.value.what
    assert todo in caught.value.todo
    assert "me.toml" in caught.value.what


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="cannot be read"):
        read_persona(tmp_path / "none.toml")
    with pytest.raises(Wrong, match="cannot be read"):
        read_persona(tmp_path)
    (tmp_path / "me.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Wrong, match="UTF-8"):
        read_persona(tmp_path / "me.toml")
