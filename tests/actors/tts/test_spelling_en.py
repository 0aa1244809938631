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
        ("1/2 cup", "one half cup"), ("3/4 of it", "three quarters of it"), ("2/3", "two thirds"), ("2 1/2 cups", "two and a half cups"),
        ("1½ hours", "one and a half hours"), ("12 1/2%", "twelve and a half percent"), ("24/7", "twenty-four seven"), ("8/10", "eight out of ten"),
        ("9/11", "nine eleven"), ("120/80", "one hundred twenty over eighty"), ("on 1/2/2026", "on January second, twenty twenty-six"),
        ("Mail john.doe@example.com.", "Mail john dot doe at example dot com."), ("a_b-7@x.org", "a underscore b dash seven at x dot org"),
        ("see https://www.example.com/docs/?page=2.", "see example dot com slash docs."), ("(www.example.org)", "(example dot org)"),
        ("example.com is", "example dot com is"), ("Hello.Me too, e.g. now.", "Hello.Me too, for example now."),
        ("192.168.0.1", "one nine two dot one six eight dot zero dot one"), ("10.0.0.5:80", "one zero dot zero dot zero dot five port eight zero"),
        ("v2.0.1", "v two point zero point one"), ("at 10:30:45", "at ten thirty and forty-five seconds"), ("12:00:00", "twelve o'clock"),
        ("10:05:01 pm", "ten oh five PM and one second"), ("20 m²", "twenty square metres"), ("1 m2", "one square metre"), ("5 m³", "five cubic metres"),
        ("3 m/s²", "three metres a second squared"), ("6 ft", "six feet"), ("1 ft", "one foot"), ("5 lb", "five pounds"), ("150 lbs", "one hundred fifty pounds"),
        ("60 mph", "sixty miles an hour"), ("8 oz", "eight ounces"), ("$5-10", "five to ten dollars"), ("$5–$10", "five to ten dollars"),
        ("€2-3 million", "two to three million euros"), ("$0.99", "ninety-nine cents"), ("£0.01", "one penny"), ("$0", "zero dollars"),
        ("No. 5", "number five"), ("No. I mean it.", "No. I mean it."), ("I am 5.", "I am five."),
    ],
)  # fmt: skip
def test_what_is_written_is_said(written: str, spoken: str) -> None:
    assert spell(written, "en").text == spoken
