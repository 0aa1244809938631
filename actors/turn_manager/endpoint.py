"""Endpoint rules: does a text look as if its speaker had finished? By its last words, in English and in Ukrainian.

Only words that hardly ever end a sentence are listed: "in" is not ("come in"), "so" is, but not after "think". A wrong
"unfinished" costs one longer wait; a wrong "finished" talks over a person.
"""

from __future__ import annotations

from collections.abc import Set

from actors.turn_manager.words import listed, words

FILLERS = listed("um uhm uh er erm hmm hm mm well ем емм ее е мм гм ну типу значить")

_PREPOSITIONS = listed("to of for with from at by about into onto between against without than")

UNFINISHED = (
    FILLERS
    | _PREPOSITIONS
    | listed(
        "and or but nor because cause so if when while although since unless until whether as "
        "a an the my your our their i i'm i'd i'll i've you're we're they're we'll you'll gonna wanna "
        "і й та а але або чи що щоб щоби бо якщо коли хоча поки проте зате отже ніж оскільки який яка яке які "
        "в у на до з із зі від для про при над під через без за по між після перед біля "
        "мій моя моє мої твій твоя твоє твої наш наша наше наші ваш ваша ваше ваші цей ця"
    )
)

_ASKING = listed("what who whom which where how")
_SO_ENDS_AFTER = listed("think hope guess say said suppose believe do did not")
_OPEN_MARKS = (",", ";", ":", "-", "–", "—", "…", "...")


def looks_complete(text: str, more_words: Set[str] = frozenset()) -> bool:
    """True when nothing says that more will come. `more_words`: further words that leave a sentence open.

    The words of both languages are looked up whatever the language is said to be: their scripts differ, and a
    recogniser's guess at the language of two words is worth little.
    """
    stripped = text.rstrip()
    if stripped.endswith(("?", "!")):
        return True
    if stripped.endswith(_OPEN_MARKS):
        return False
    said = words(text)
    if not said:
        return True
    last = said[-1]
    if last == "so" and len(said) > 1 and said[-2] in _SO_ENDS_AFTER:
        return True
    if last in _PREPOSITIONS and said[0] in _ASKING:
        return True  # "What are you looking for"
    return last not in UNFINISHED and last not in more_words
