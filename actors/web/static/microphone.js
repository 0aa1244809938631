/** Microphone: the person's voice, 16 kHz s16 in pieces of 32 ms to `onPiece`. */
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Microphone {
  constructor(onPiece) {
    this.onPiece = onPiece;
    this.isOn = false;
    this.pieces = 0;
    this.power = 0;
  }

  /** Asks for the microphone. Throws what getUserMedia throws: NotAllowedError when the person says no. */
  async start() {
    if (!this.context) {
      // #raw-microphone: as it is, for measuring; a loop through an echo canceller measures the canceller.
      const how = location.hash === "#raw-microphone" ? RAW : CLEAN;
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { ...how, channelCount: 1 } });
      // A context of its own, at the device's rate: not every browser connects a microphone of another one.
      const context = new AudioContext({ latencyHint: "interactive" });
      await context.audioWorklet.addModule("/static/recorder.js");
      const node = new AudioWorkletNode(context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
      node.port.onmessage = ({ data }) => this.take(data);
      context.createMediaStreamSource(this.stream).connect(node).connect(context.destination); // its output is silence
      this.context = context;
    }
    await this.context.resume();
    this.turn(true);
  }

  turn(on) {
    this.isOn = on;
    for (const track of this.stream?.getTracks() ?? []) track.enabled = on;
    if (!on) this.power = 0;
  }

  /** Gives the device back; the browser's red dot goes out. */
  async stop() {
    this.turn(false);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    await this.context?.close();
    this.context = null;
    this.stream = null;
  }

  take({ pcm, power }) {
    if (!this.isOn) return;
    this.power = power;
    this.pieces += 1;
    this.onPiece(pcm);
  }

  /** Loudness in dB relative to full scale, -96..0. */
  get dbfs() {
    return Math.max(-96, 10 * Math.log10(this.power + 1e-10));
  }
}
