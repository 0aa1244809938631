/** Timeline: where the time went between the last word of the person and the first sound of the answer. */

const NAMES = {
  wait: "end of turn",
  vad: "speech end",
  asr: "recognise",
  "turn-manager": "decide",
  llm: "think",
  chunker: "phrase",
  tts: "voice",
  face: "face",
  "av-sync": "sync",
  "mic-out": "sound out",
};
const KEEP = 16;

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Milliseconds for people: 812 ms, 1.24 s. */
export function duration(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Stages as {name, ms, kind, tone}; tone 0..1 rises through the engines, so that one colour tells them apart. */
function read(timeline) {
  const stages = (timeline.stages ?? []).map(([actor, ms, kind]) => ({ actor, ms, kind }));
  const engines = stages.filter(({ kind }) => kind === "engine");
  return stages.map((stage) => ({
    ...stage,
    name: stage.kind === "bus" ? `bus to ${stage.actor}` : NAMES[stage.kind === "wait" ? "wait" : stage.actor] ?? stage.actor,
    tone: engines.length > 1 ? engines.indexOf(stage) / (engines.length - 1) : 1,
  }));
}

function bar(stage, total) {
  const piece = element("i", "piece");
  piece.dataset.kind = stage.kind;
  piece.style.setProperty("--share", Math.max(0.004, stage.ms / total));
  piece.style.setProperty("--tone", `${Math.round(100 * stage.tone)}%`);
  piece.title = `${stage.name}: ${duration(stage.ms)}`;
  return piece;
}

function describe(timeline) {
  const parts = read(timeline).filter(({ kind }) => kind !== "bus");
  return `${duration(timeline.total_ms)}: ${parts.map(({ name, ms }) => `${name} ${duration(ms)}`).join(", ")}`;
}

/** The timeline as one thin line with its total, for below a line of the conversation. */
export function miniature(timeline) {
  const made = element("span", "mini");
  const strip = element("span", "strip");
  strip.append(...read(timeline).map((stage) => bar(stage, timeline.total_ms)));
  made.append(strip, element("span", "ms", duration(timeline.total_ms)));
  made.title = describe(timeline);
  return made;
}

export class Timeline {
  constructor({ total, what, bars, fall, legend }) {
    Object.assign(this, { total, what, bars, fall, legend });
    this.turns = [];
  }

  /** A new line to the call tells all turns again. */
  forget() {
    this.turns = [];
  }

  add(timeline) {
    this.turns = [...this.turns.filter(({ turn }) => !turn || turn !== timeline.turn), timeline].slice(-KEEP);
    this.show(timeline);
    this.showTurns();
  }

  show(timeline) {
    const stages = read(timeline);
    const [number, unit] = duration(timeline.total_ms).split(" ");
    this.total.replaceChildren(number, element("small", "", unit));
    this.what.textContent = "from the last word to the first sound";
    this.fall.replaceChildren(...stages.map((stage) => bar(stage, timeline.total_ms)));
    this.fall.setAttribute("aria-label", describe(timeline));
    const shown = stages.filter(({ kind }) => kind !== "bus").map((stage) => this.entry(stage));
    const between = { kind: "bus", name: "bus", ms: timeline.overhead_ms ?? 0, tone: 0 };
    this.legend.replaceChildren(...shown, this.entry(between));
  }

  entry({ kind, name, ms, tone }) {
    const item = element("li", "entry");
    const swatch = element("i", "piece");
    swatch.dataset.kind = kind;
    swatch.style.setProperty("--tone", `${Math.round(100 * tone)}%`);
    item.append(swatch, element("span", "", name), element("b", "", duration(ms)));
    return item;
  }

  /** The last turns side by side: is it getting slower? */
  showTurns() {
    const totals = this.turns.map(({ total_ms: total }) => total);
    const most = Math.max(...totals);
    this.bars.replaceChildren(
      ...this.turns.map((timeline) => {
        const one = element("i", "");
        one.style.setProperty("--share", timeline.total_ms / most);
        one.title = describe(timeline);
        return one;
      }),
    );
    const middle = [...totals].sort((a, b) => a - b)[Math.floor(totals.length / 2)];
    this.bars.setAttribute("aria-label", `The last ${totals.length} replies, median ${duration(middle)}`);
    this.bars.dataset.median = totals.length > 1 ? `median ${duration(middle)}` : "";
  }
}
