/**
 * Recorder: AudioWorklet that turns the microphone, at whatever rate it runs, into pieces of 512 samples s16 at 16 kHz.
 *
 * Out: {pcm: Int16Array(512), power}. The resampler is a windowed sinc, one set of taps for each of the exact phases of
 * the two rates (48,000 has one, 44,100 has 160): flat to 7 kHz, more than 70 dB down from 8.6 kHz on, so nothing above folds back.
 */
const OUT_RATE = 16000;
const PIECE = 512;
const CUTOFF_HZ = 7700;
const HALF_SECONDS = 0.0015; // half the length of the window: 24 samples of 16 kHz on each side
const BETA = 7.5; // Kaiser

function bessel0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 30; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}

/** Taps for every phase; tap k of a phase weighs input sample floor(position) - half + 1 + k. */
function makeTaps(inRate) {
  const phases = OUT_RATE / gcd(inRate, OUT_RATE);
  const half = Math.ceil(HALF_SECONDS * inRate);
  return Array.from({ length: phases }, (_, phase) => {
    const taps = new Float32Array(2 * half);
    let sum = 0;
    for (let k = 0; k < taps.length; k += 1) {
      const x = k - half + 1 - phase / phases;
      const angle = (2 * Math.PI * CUTOFF_HZ * x) / inRate;
      const edge = Math.max(0, 1 - (x / half) ** 2);
      taps[k] = (angle === 0 ? 1 : Math.sin(angle) / angle) * bessel0(BETA * Math.sqrt(edge));
      sum += taps[k];
    }
    return taps.map((tap) => tap / sum);
  });
}

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.taps = makeTaps(sampleRate);
    this.span = this.taps[0].length;
    this.stride = sampleRate / gcd(sampleRate, OUT_RATE); // input moves stride/phases for each output sample
    this.phase = 0;
    this.held = new Float32Array(this.span + 4096);
    this.count = this.span / 2;
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
    this.power = 0;
  }

  process([[input]]) {
    if (!input) return true;
    this.held.set(input, this.count);
    this.count += input.length;
    let from = 0;
    while (from + this.span <= this.count) {
      this.emit(this.weigh(this.taps[this.phase], from));
      this.phase += this.stride;
      from += Math.floor(this.phase / this.taps.length);
      this.phase %= this.taps.length;
    }
    this.held.copyWithin(0, from, this.count);
    this.count -= from;
    return true;
  }

  weigh(taps, from) {
    let sum = 0;
    for (let k = 0; k < taps.length; k += 1) sum += taps[k] * this.held[from + k];
    return sum;
  }

  emit(value) {
    const clipped = Math.max(-1, Math.min(1, value));
    this.power += clipped * clipped;
    this.piece[this.filled] = Math.round(clipped * 32767);
    this.filled += 1;
    if (this.filled < PIECE) return;
    this.port.postMessage({ pcm: this.piece, power: this.power / PIECE }, [this.piece.buffer]);
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
    this.power = 0;
  }
}

registerProcessor("recorder", Recorder);
