/**
 * ArrivalClock: which media time is due now, from when things arrived. It serves while no sound is heard.
 *
 * The least delayed arrival is the truth (a network only ever delays); it may creep to later by 2 ms a second, so that
 * the clocks may drift and a new host with another clock is followed.
 */
const CREEP = 0.002;
const NEW_START_US = 1e6;

export class ArrivalClock {
  constructor(delayMs) {
    this.delayUs = delayMs * 1000;
    this.offsetUs = null;
    this.at = 0;
  }

  /** Something of media time `mediaUs` has just come. */
  arrived(mediaUs, nowMs) {
    const offset = nowMs * 1000 - mediaUs;
    const crept = this.offsetUs === null ? offset : this.offsetUs + (nowMs - this.at) * 1000 * CREEP;
    this.offsetUs = Math.abs(offset - crept) > NEW_START_US ? offset : Math.min(offset, crept);
    this.at = nowMs;
  }

  /** Media time that is due at `nowMs`, or null before anything came. */
  due(nowMs) {
    return this.offsetUs === null ? null : nowMs * 1000 - this.offsetUs - this.delayUs;
  }
}
