"""English as it is said."""

from __future__ import annotations

import pytest

from actors.tts.spelling import spell


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("$1,234.56", "one thousand two hundred thirty-four dollars and fifty-six cents"), ("$1", "one dollar"),
        ("£2.01", "two pounds and one penny"), ("$3 million", "three million dollars"), ("5 USD", "five dollars"),
        ("€2.5bn", "two point five billion euros"), ("50%", "fifty percent"), ("3.14", "three point one four"),
        ("10:30", "ten thirty"), ("9:05 am", "nine oh five AM"), ("7:00", "seven o'clock"), ("5:00 p.m.", "five PM"),
        ("2026-11-23", "November twenty-third, twenty twenty-six"), ("Nov. 5", "November fifth"),
        ("5 November 2024", "November fifth, twenty twenty-four"), ("23/11/2026", "November twenty-third, twenty twenty-six"),
        ("11/23/2026", "November twenty-third, twenty twenty-six"), ("the 3rd one", "the third one"),
        ("5 km", "five kilometres"), ("1 kg", "one kilogram"), ("-3 °C", "minus three degrees Celsius"),
        ("90 km/h", "ninety kilometres an hour"), ("Dr. Who & Mr. X", "Doctor Who and Mister X"), ("GPT4", "GPT four"),
        ("5–10 people", "five to ten people"), ("007", "zero zero seven"), ("2000 people", "two thousand people"),
        ("5-10%", "five to ten percent"), ("3–4 km", "three to four kilometres"), ("at 5pm", "at five PM"), ("10 a.m. today", "ten AM today"),
        ("the 1990s", "the nineteen nineties"), ("the 90s", "the nineties"), ("waited 90s", "waited ninety seconds"),
        ("555-123-4567", "five five five, one two three, four five six seven"),
        ("+1 (555) 123-4567", "plus one, five five five, one two three, four five six seven"),
        ("No. 5", "number five"), ("No. I mean it.", "No. I mean it."), ("I am 5.", "I am five."),
    ],
)  # fmt: skip
def test_what_is_written_is_said(written: str, spoken: str) -> None:
    assert spell(written, "en").text == spoken
