"""Settings of turns, whatever engine judges their end: how long to wait, and when speech is an interruption."""

from __future__ import annotations

from typing import Annotated

import msgspec

Ms = Annotated[int, msgspec.Meta(ge=0, le=600_000)]


APOLOGY = {
    "en": "I'm sorry, I can't answer that right now.",
    "uk": "Вибачте, зараз я не можу на це відповісти.",
}


class TurnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of turn-manager. Waits after speech count from its true end, not from when it was noticed."""

    end_of_turn_ms: Ms = 450
    """Silence that ends a turn whose words look finished."""
    end_of_turn_long_ms: Ms = 900
    """Silence that ends a turn whose words look unfinished ("and", "um", a comma)."""
    final_timeout_ms: Ms = 2_000
    """How long after the end of speech its final words are waited for; then the last partial ones count."""
    wordless_timeout_ms: Ms = 10_000
    """The same when not even partial words came: a recogniser on a busy machine is late rather than silent, and there is
    nothing to answer before."""
    confirm_ms: Ms = 500
    """Speech over the avatar that lasts this long is an interruption."""
    confirm_words: Annotated[int, msgspec.Meta(ge=1)] = 2
    """So is speech with this many words, unless all are backchannel."""
    stop_report_ms: Ms = 250
    """How late an end of speech is known (vad: 200 ms of silence, a window of 32 ms, the way here). Open speech counts as
    `confirm_ms` long only when this has passed too: else every "uh-huh" above 300 ms would be an interruption."""
    resume_ms: Ms = 2_000
    """The longest that a held voice waits, after the speech that held it, for words that decide."""
    reply_timeout_ms: Ms = 20_000
    """A reply of which nothing new is heard for this long is given up."""
    answer_within_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 15.0
    """How long the first sentence of an answer is waited for; then the avatar apologises. 0: until reply_timeout_ms."""
    apology: dict[str, str] = msgspec.field(default_factory=lambda: dict(APOLOGY))
    """What it says when no answer comes, by language: { en = "...", uk = "..." }. In another language the first one is said."""
    lost_speech_ms: Ms = 30_000
    """Open speech without any news for this long has ended unseen (vad was restarted)."""
    keep_lines: Annotated[int, msgspec.Meta(ge=2)] = 400
    """Lines of the conversation that are kept; the oldest go first."""

    def __post_init__(self) -> None:
        if not self.apology or not all(text.strip() for text in self.apology.values()):
            raise ValueError('apology has no words: give one for each language, such as { en = "I\'m sorry." }')

    def apology_in(self, language: str) -> str:
        """The apology in a language such as "uk" or "en-GB"."""
        first = next(iter(self.apology.values()))
        return self.apology.get(language, self.apology.get(language.partition("-")[0], first))
