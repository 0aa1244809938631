/** Picture: the avatar on a canvas; each frame is drawn when the sound of the same media time is heard. */
import { ArrivalClock } from "/static/clock.js";

const KEEP = 12; // frames that wait for their sound: half a second
const SILENT_DELAY_MS = 60; // without sound: enough to even out the arrival
const LOG = 250;

export class Picture {
  /** `heardUs()` gives the media time being heard, or null. */
  constructor(canvas, heardUs) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.heardUs = heardUs;
    this.clock = new ArrivalClock(SILENT_DELAY_MS);
    this.waiting = []; // {mediaUs, bitmap}, by media time
    this.received = 0;
    this.drawn = 0;
    this.dropped = 0;
    this.log = []; // the last drawn: [performance.now(), media time, media time heard then or null]
    this.onFirst = () => {};
    requestAnimationFrame(() => this.draw());
  }

  async push(mediaUs, jpeg) {
    this.received += 1;
    this.clock.arrived(mediaUs, performance.now());
    let bitmap;
    try {
      bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    } catch {
      this.dropped += 1; // torn: the next one is 40 ms away
      return;
    }
    this.waiting.push({ mediaUs, bitmap });
    this.waiting.sort((a, b) => a.mediaUs - b.mediaUs);
    while (this.waiting.length > KEEP) this.drop();
  }

  drop() {
    this.waiting.shift().bitmap.close();
    this.dropped += 1;
  }

  draw() {
    requestAnimationFrame(() => this.draw());
    const now = performance.now();
    const heard = this.heardUs();
    const due = heard ?? this.clock.due(now);
    while (this.waiting.length > 1 && this.waiting[1].mediaUs <= due) this.drop();
    const next = this.waiting[0];
    // Far from what is due: the clocks have jumped (another host); showing it is better than waiting.
    if (!next || (next.mediaUs > due && next.mediaUs - due < 1e6)) return;
    this.waiting.shift();
    this.show(next.bitmap);
    this.log.push([now, next.mediaUs, heard]);
    if (this.log.length > LOG) this.log.shift();
  }

  show(bitmap) {
    const { canvas } = this;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    this.context.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.drawn += 1;
    if (this.drawn === 1) this.onFirst();
  }

  /** Frames drawn in the last second. */
  fps() {
    const from = performance.now() - 1000;
    return this.log.filter(([when]) => when >= from).length;
  }

  /** How much later than its sound the picture was drawn here, median of the last 50 in ms; null without sound. */
  skewMs() {
    const late = this.log.slice(-50).filter(([, , heard]) => heard !== null);
    if (!late.length) return null;
    const sorted = late.map(([, media, heard]) => (heard - media) / 1000).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /** Mean colour [r, g, b] of a part of what is shown; x, y, width and height as shares 0..1 of the picture. */
  sample(x, y, width, height) {
    const { canvas } = this;
    const [left, top] = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
    const [wide, high] = [Math.max(1, width * canvas.width), Math.max(1, height * canvas.height)];
    const { data } = this.context.getImageData(left, top, wide, high);
    const sum = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c += 1) sum[c] += data[i + c];
    return sum.map((s) => (4 * s) / data.length);
  }
}
