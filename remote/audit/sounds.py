"""Rules of the sound: what tts spoke is what av-sync sent and what mic-out played, every sample once and in order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bus.messages import SentenceEnd, SentencesDone, SoundSlice, VoiceAudio
from bus.messages.voice import Place
from remote.audit.ends import cut_at, name_of, replies
from remote.audit.evidence import Evidence, Key, Violation

Pcm = NDArray[np.int16]


def spoken_whole(evidence: Evidence) -> Iterator[Violation]:
    """The pieces of each sentence follow each other without gap or overlap, and are as many samples as its end says; no
    sentence of a whole reply lacks its sound."""
    pieces: dict[tuple[Key, int], list[tuple[int, int]]] = {}
    for seen, audio in evidence.of(VoiceAudio):
        pieces.setdefault((seen.key, audio.sentence), []).append((audio.position, len(audio.payload) // 2))
    cut, ends = cut_at(evidence), {}
    for seen, end in evidence.of(SentenceEnd):
        ends[seen.key, end.sentence] = end.samples
        found = pieces.get((seen.key, end.sentence), [])
        at = 0
        for position, size in sorted(found):
            if position != at:
                what = f"{name_of(seen.key)} sentence {end.sentence}: sample {position} follows sample {at}"
                yield Violation("spoken whole", seen.at_ns, what)
                break
            at += size
        else:
            if at != end.samples:
                what = f"{name_of(seen.key)} sentence {end.sentence}: {at} samples of {end.samples}"
                yield Violation("spoken whole", seen.at_ns, what)
    for seen, done in evidence.of(SentencesDone):
        unspoken = [index for index in range(done.sentences) if (seen.key, index) not in ends]
        if unspoken and seen.key not in cut:
            yield Violation("spoken whole", seen.at_ns, f"{name_of(seen.key)}: sentences {unspoken} have no voice")


def track_of(evidence: Evidence, key: Key) -> Pcm:
    """The sound of a reply as it should be heard: its sentences in order, with their pauses between them."""
    ends = {end.sentence: end for seen, end in evidence.of(SentenceEnd) if seen.key == key}
    place = Place(turn=key[0], gen=key[1])
    starts = {}
    length = 0
    for index in range(len(ends)):
        if index not in ends:
            break
        starts[index] = place.start
        length = place.start + ends[index].samples if ends[index].samples else length
        place = place.after(ends[index].samples, ends[index].pause)
    track = np.zeros(length, np.int16)
    for seen, audio in evidence.of(VoiceAudio):
        if seen.key == key and audio.sentence in starts:
            pcm = np.frombuffer(audio.payload, "<i2")
            at = starts[audio.sentence] + audio.position
            track[at : at + pcm.size] = pcm[: max(0, length - at)]
    return track


def sent_to_the_sample(evidence: Evidence) -> Iterator[Violation]:
    """av-sync's slices are the reply's sound, bit for bit; of a reply that was not cut, all of it. A successor may send some
    of it again, never anything else."""
    cut = cut_at(evidence)
    slices: dict[Key, list[tuple[int, SoundSlice]]] = {}
    for seen, slice in evidence.of(SoundSlice):
        slices.setdefault(seen.key, []).append((seen.at_ns, slice))
    for key in replies(evidence):
        found = slices.get(key, [])
        track = track_of(evidence, key)
        covered = np.zeros(track.size, np.bool_)
        for at_ns, slice in found:
            pcm = np.frombuffer(slice.payload, "<i2")
            if key in cut and slice.position + pcm.size > track.size:
                continue  # of a sentence whose end was dropped with the generation
            meant = track[slice.position : slice.position + pcm.size]
            covered[slice.position : slice.position + pcm.size] = True
            if meant.size != pcm.size or not np.array_equal(meant, pcm):
                yield Violation("sent to the sample", at_ns, f"{name_of(key)}: other sound at sample {slice.position}")
                break
        missing = int(np.count_nonzero(~covered))
        if missing and key not in cut:
            at_ns = found[-1][0] if found else replies(evidence)[key]
            first = int(np.argmin(covered))
            what = f"{name_of(key)}: {missing} of {track.size} samples never sent, the first is {first}"
            yield Violation("sent to the sample", at_ns, what)
