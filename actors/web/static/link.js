/** Link: the WebSocket to the call. It comes back by itself, and calls `onEvent`, `onMedia` and `onState`. */
const PICTURE = 1;
const SOUND = 2;
const WAITS_MS = [250, 500, 1000, 2000];
const QUIET_MS = 6000; // the camera sends 25 pictures a second: this long without anything is a dead line

export class Link {
  constructor({ onEvent, onPicture, onSound, onState }) {
    this.on = { event: onEvent, picture: onPicture, sound: onSound, state: onState };
    this.tries = 0;
    this.heardAt = 0;
    this.state = "connecting";
  }

  open() {
    this.socket = new WebSocket(`ws://${location.host}/live`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.tries = 0;
      this.tell("live");
    };
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.socket.onclose = ({ code }) => this.lost(code);
  }

  receive(data) {
    this.heardAt = performance.now();
    if (typeof data === "string") {
      const { topic, body } = JSON.parse(data);
      this.on.event(topic, body);
      return;
    }
    const head = new DataView(data);
    const mediaUs = Number(head.getBigUint64(1));
    if (head.getUint8(0) === PICTURE) this.on.picture(mediaUs, new Uint8Array(data, 9));
    else if (head.getUint8(0) === SOUND) this.on.sound(mediaUs, new Int16Array(data.slice(9)));
  }

  async lost(code) {
    this.tell(code === 1013 ? "full" : "reconnecting");
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)];
    this.tries += 1;
    if (this.tries > 2 && (await this.locked())) {
      this.tell("locked");
      return;
    }
    setTimeout(() => this.open(), wait);
  }

  /** Whether the call is there again but does not know this page any more (a new session has a new token). */
  async locked() {
    try {
      return (await fetch("/", { cache: "no-store" })).status === 403;
    } catch {
      return false;
    }
  }

  tell(state) {
    this.state = state;
    this.on.state(state);
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Nothing has come for so long that the line must be dead, or the call stands still. */
  get isQuiet() {
    return this.isOpen && performance.now() - this.heardAt > QUIET_MS;
  }

  /** Sends a wish; false when there is no line. */
  send(wish) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify(wish));
    return true;
  }

  /** Sends a piece of the microphone; old sound is not worth sending later. */
  sendSound(pcm) {
    if (!this.isOpen || this.socket.bufferedAmount > 16384) return false;
    this.socket.send(pcm.buffer);
    return true;
  }
}
