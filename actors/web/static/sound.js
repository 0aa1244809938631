/** Sound: the voice of the call in the loudspeaker, and the media time that is being heard. */
const RATE = 48000;
const STALE_MS = 250;

export class Sound {
  constructor() {
    this.context = null;
    this.report = null;
    this.reportAt = 0;
    this.powers = []; // of the last second: [when, mean square, media time]
    this.received = 0;
    this.isOn = false;
  }

  /** Starts the loudspeaker; needs a gesture of the person, as browsers want it. */
  async start() {
    if (!this.context) {
      const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
      await context.audioWorklet.addModule("/static/player.js");
      this.node = new AudioWorkletNode(context, "player", { numberOfInputs: 0, outputChannelCount: [1] });
      this.node.port.onmessage = ({ data }) => this.heard(data);
      this.volume = new GainNode(context);
      this.node.connect(this.volume).connect(context.destination);
      this.context = context;
    }
    await this.context.resume();
    this.turn(true);
  }

  /** On or off; the clock of what is heard goes on either way. */
  turn(on) {
    this.isOn = on;
    this.volume?.gain.setTargetAtTime(on ? 1 : 0, this.context.currentTime, 0.015);
  }

  async stop() {
    this.turn(false);
    await this.context?.suspend();
    this.report = null;
  }

  push(mediaUs, pcm) {
    this.received += 1;
    if (this.context?.state === "running") this.node.port.postMessage({ mediaUs, pcm }, [pcm.buffer]);
  }

  heard(report) {
    const now = performance.now();
    this.report = report;
    this.reportAt = now;
    this.powers.push([now, report.power, report.mediaUs]);
    while (this.powers[0][0] < now - 1000) this.powers.shift();
  }

  /** Media time that leaves the loudspeaker now; null while none does. */
  heardUs() {
    const now = performance.now();
    if (!this.report?.playing || this.report.mediaUs === null || now - this.reportAt > STALE_MS) return null;
    return this.report.mediaUs + (this.outputTime(now) - this.report.contextTime) * 1e6;
  }

  /** Context time of the sample at the loudspeaker. Not every browser tells; then by its latency. */
  outputTime(now) {
    const byLatency = this.context.currentTime - (this.context.outputLatency || this.context.baseLatency || 0);
    const stamp = this.context.getOutputTimestamp?.();
    if (!stamp?.performanceTime) return byLatency;
    const told = stamp.contextTime + (now - stamp.performanceTime) / 1000;
    return Math.abs(told - byLatency) < 0.5 ? told : byLatency;
  }

  /** Loudness of the last `ms` (at most a second), RMS 0..1. */
  rms(ms = 1000) {
    const from = performance.now() - ms;
    const recent = this.powers.filter(([when]) => when >= from);
    return recent.length ? Math.sqrt(recent.reduce((sum, [, power]) => sum + power, 0) / recent.length) : 0;
  }
}
