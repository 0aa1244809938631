/**
 * Player: AudioWorklet that plays the call's sound out of a ring, and tells which media time is being heard.
 *
 * In:  {mediaUs, pcm: Int16Array} at 48 kHz, as it arrives. Out, every 8 blocks: {mediaUs, contextTime, buffered,
 * playing, power, underruns, skipped}: the sample of `mediaUs` leaves this worklet at `contextTime`.
 *
 * The ring fills to a target before it plays, so that late pieces are not heard; each time it runs dry the target rises, as
 * that line needs more. The clocks of host and sound card differ a
 * little: the speed follows the filling by at most half a percent (inaudible), with cubic interpolation.
 */
const RATE = 48000;
const TARGET = 0.1 * RATE;
const TARGET_STEP = 0.02 * RATE;
const TARGET_MOST = 0.2 * RATE;
const MOST = 0.4 * RATE;
const SIZE = 1 << 17;
const MASK = SIZE - 1;
const RAMP = 1 / 240; // 5 ms: no click where sound begins again
const REPORT_BLOCKS = 8;

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ring = new Float32Array(SIZE);
    this.write = 4;
    this.read = 4;
    this.marks = []; // {position, mediaUs}: where each piece begins in the ring
    this.playing = false;
    this.gain = 0;
    this.target = TARGET;
    this.level = TARGET;
    this.last = 0;
    this.blocks = 0;
    this.power = 0;
    this.underruns = 0;
    this.skipped = 0;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take({ mediaUs, pcm }) {
    this.marks.push({ position: this.write, mediaUs });
    for (let i = 0; i < pcm.length; i += 1) this.ring[(this.write + i) & MASK] = pcm[i] / 32768;
    this.write += pcm.length;
    if (this.write - this.read > MOST) {
      // A stall has ended and everything came at once: the newest is what counts.
      this.read = this.write - this.target;
      this.gain = 0;
      this.skipped += 1;
    }
    while (this.marks.length > 1 && this.marks[1].position <= this.read) this.marks.shift();
  }

  process(_inputs, [[output]]) {
    const buffered = this.write - this.read;
    if (!this.playing && buffered >= this.target) {
      this.playing = true;
      this.level = buffered;
    }
    this.level += (buffered - this.level) * 0.002;
    const drift = Math.max(-0.005, Math.min(0.005, ((this.level - this.target) / this.target) * 0.01));
    const step = (RATE / sampleRate) * (1 + drift);
    for (let i = 0; i < output.length; i += 1) {
      if (this.playing && this.read + 3 >= this.write) {
        this.playing = false;
        this.gain = 0;
        this.underruns += 1;
        this.target = Math.min(TARGET_MOST, this.target + TARGET_STEP);
      }
      if (this.playing) {
        this.gain = Math.min(1, this.gain + RAMP);
        this.last = this.sample() * this.gain;
        this.read += step;
      } else {
        this.last *= 0.98;
      }
      output[i] = this.last;
      this.power += this.last * this.last;
    }
    this.blocks += 1;
    if (this.blocks % REPORT_BLOCKS === 0) this.report(output.length);
    return true;
  }

  /** Catmull-Rom interpolation at `read`. */
  sample() {
    const whole = Math.floor(this.read);
    const t = this.read - whole;
    const a = this.ring[(whole - 1) & MASK];
    const b = this.ring[whole & MASK];
    const c = this.ring[(whole + 1) & MASK];
    const d = this.ring[(whole + 2) & MASK];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  report(block) {
    while (this.marks.length > 1 && this.marks[1].position <= this.read) this.marks.shift();
    const mark = this.marks[0];
    this.port.postMessage({
      mediaUs: mark ? mark.mediaUs + ((this.read - mark.position) / RATE) * 1e6 : null,
      contextTime: currentTime + block / sampleRate,
      buffered: (this.write - this.read) / RATE,
      playing: this.playing,
      power: this.power / (block * REPORT_BLOCKS),
      underruns: this.underruns,
      skipped: this.skipped,
    });
    this.power = 0;
  }
}

registerProcessor("player", Player);
