/**
 * Page: what the call tells goes into the page, what the person does goes to the call.
 *
 * `window.avatar` shows what the page is doing, for tests and the curious; nothing reads it back:
 *   connection, phase, joined          words as in the page ("live", "speaking", true)
 *   pictures {received, drawn, dropped, fps, log}   log: the last 250 [performance.now(), media µs, heard µs or null]
 *   heard {received, rms, playing, bufferedMs, underruns, skipped, mediaUs, log}   rms of the last second, 0..1; log: the
 *                                      last second as [performance.now(), mean square, media µs]
 *   microphone {on, yours, pieces, dbfs, error}
 *   skewMs                             picture behind sound in this page; null without sound
 *   skew, health, level, played        the last of these messages of the call
 *   caption, partial, lines, timelines, troubles
 *   sample(x, y, width, height)        mean colour of a part of the picture, all as shares 0..1
 */
import { Composer } from "/static/composer.js";
import { Conversation } from "/static/conversation.js";
import { Link } from "/static/link.js";
import { Microphone } from "/static/microphone.js";
import { Picture } from "/static/picture.js";
import { Sound } from "/static/sound.js";
import { Timeline } from "/static/timeline.js";

const $ = (id) => document.getElementById(id);
const PHASES = {
  listening: "Listening",
  "user-speaking": "Hearing you",
  thinking: "Thinking",
  speaking: "Speaking",
  paused: "Holding on",
  interrupted: "Interrupted",
};
const LINKS = {
  connecting: "Connecting",
  live: "Live",
  quiet: "No news from the call",
  reconnecting: "Reconnecting…",
  full: "Too many pages are open",
  locked: "Address has expired",
};
const BLOCKED = "The microphone is blocked. Allow it beside the address above, or type below: the avatar reads it.";
const MISSING = "There is no microphone here. You can still type below.";
const ELSEWHERE = "Another page has the microphone now. Press it to take it back.";

const told = { phase: "listening", partial: "", caption: { text: "" }, timelines: [], levelAt: -1e9 };
const sound = new Sound();
const picture = new Picture($("picture"), () => sound.heardUs());
const microphone = new Microphone((pcm) => link.sendSound(pcm));
const conversation = new Conversation($("lines"), $("hello"));
const timeline = new Timeline({ total: $("total"), what: $("what"), bars: $("bars"), fall: $("fall"), legend: $("legend") });
const link = new Link({
  onEvent: (topic, body) => EVENTS[topic]?.(body),
  onPicture: (mediaUs, jpeg) => picture.push(mediaUs, jpeg),
  onSound: (mediaUs, pcm) => sound.push(mediaUs, pcm),
  onState: showLink,
});
const composer = new Composer(
  { form: $("composer"), text: $("text"), button: $("send"), verbatim: $("verbatim"), note: $("note") },
  (wish) => link.send(wish),
);

const EVENTS = {
  "turn-manager.state": ({ phase }) => showPhase(phase),
  "turn-manager.conversation": ({ lines }) => conversation.setLines(lines),
  "turn-manager.user": ({ text }) => {
    told.partial = "";
    conversation.hearUser(text, true);
  },
  "turn-manager.caption": ({ text, done = false, interrupted = false, written = false }) => {
    told.caption = { text, done, interrupted, written };
    conversation.hearAvatar(text, done, interrupted, written);
    showCaption();
  },
  "turn-manager.timeline": (one) => {
    told.timelines.push(one);
    timeline.add(one);
    conversation.setTimeline(one);
  },
  "asr.partial": ({ text }) => {
    told.partial = text;
    conversation.hearUser(text, false);
    showCaption();
  },
  "av-sync.skew": (skew) => (told.skew = skew),
  "cam-out.health": (health) => (told.health = health),
  "vad.level": (level) => {
    told.level = level;
    told.levelAt = performance.now();
  },
  "mic-out.played": (played) => (told.played = played),
  "web.troubles": ({ lines }) => showTroubles(lines),
  "web.refused": ({ what }) => composer.tell(what),
  "web.microphone": ({ yours }) => {
    told.yours = yours;
    if (!yours && microphone.isOn) turnMicrophone(false, ELSEWHERE);
  },
};

/** What the call has to do without: it stays until it is mended. */
function showTroubles(lines) {
  told.troubles = lines;
  $("troubles").hidden = lines.length === 0;
  $("troubles").replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
}

function showPhase(phase) {
  told.phase = phase;
  $("screen").dataset.phase = phase;
  $("phase").textContent = PHASES[phase] ?? phase;
  showCaption();
}

function showCaption() {
  const isUser = told.phase === "user-speaking" && told.partial !== "";
  const isHeard = ["speaking", "paused", "interrupted"].includes(told.phase) || told.caption.written;
  const isAvatar = isHeard && told.caption.text !== "";
  $("caption").hidden = !isUser && !isAvatar;
  $("caption").dataset.by = isUser ? "user" : "avatar";
  if (isUser || isAvatar) $("words").textContent = (isUser ? told.partial : told.caption.text).trim();
}

function showLink(state) {
  $("link").dataset.state = state;
  $("link").lastElementChild.textContent = LINKS[state];
  $("screen").dataset.link = state;
  if (state === "reconnecting") {
    told.timelines = [];
    timeline.forget();
  }
  if (state === "live" && microphone.isOn) link.send({ type: "microphone", on: true });
  if (state === "locked") hint("The call was started anew: open the address that it printed.");
}

function hint(text) {
  $("hint").textContent = text;
}

function showJoined(joined) {
  told.joined = joined;
  $("controls").dataset.joined = joined ? "yes" : "no";
  $(joined ? "microphone" : "join").focus(); // the button that was pressed is gone
}

function turnMicrophone(on, why = "") {
  microphone.turn(on);
  link.send({ type: "microphone", on });
  $("microphone").setAttribute("aria-pressed", String(on));
  hint(why);
}

async function startMicrophone() {
  try {
    await microphone.start();
    told.microphoneError = null;
    turnMicrophone(true);
  } catch (error) {
    told.microphoneError = error.name;
    turnMicrophone(false, error.name === "NotFoundError" ? MISSING : BLOCKED);
  }
}

function turnSound(on) {
  sound.turn(on);
  $("sound").setAttribute("aria-pressed", String(on));
}

async function join(withMicrophone) {
  showJoined(true);
  await sound.start();
  turnSound(true);
  if (withMicrophone) await startMicrophone();
  else turnMicrophone(false);
}

async function leave() {
  turnMicrophone(false);
  showJoined(false);
  await Promise.all([microphone.stop(), sound.stop()]);
}

function toggleMicrophone() {
  if (microphone.isOn) turnMicrophone(false);
  else startMicrophone();
}

$("join").addEventListener("click", () => join(true));
$("listen").addEventListener("click", () => join(false));
$("leave").addEventListener("click", leave);
$("microphone").addEventListener("click", toggleMicrophone);
$("sound").addEventListener("click", () => turnSound(!sound.isOn));
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("textarea, input");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "m" && told.joined) toggleMicrophone();
  else if (event.key === "s" && told.joined) turnSound(!sound.isOn);
  else if (event.key === "/") {
    event.preventDefault();
    $("text").focus();
  }
});

picture.onFirst = () => {
  $("empty").hidden = true;
  const { width, height } = $("picture");
  document.documentElement.style.setProperty("--aspect", Math.min(16 / 9, Math.max(4 / 5, width / height)));
};

/** The microphone's meter shows this page's own, or else the one that the call hears. */
function showLevels() {
  requestAnimationFrame(showLevels);
  const called = performance.now() - told.levelAt < 500 ? told.level.dbfs : -96;
  const dbfs = microphone.isOn ? microphone.dbfs : called;
  $("meter").style.setProperty("--level", Math.max(0, Math.min(1, (dbfs + 60) / 54)).toFixed(3));
  const isSpeaking = told.phase === "speaking";
  $("screen").style.setProperty("--voice", isSpeaking ? Math.min(1, sound.rms(80) * 5).toFixed(3) : "0");
}

function showVitals() {
  const fps = picture.fps();
  $("fps").textContent = picture.drawn ? `${fps} fps` : "–";
  if (told.health) $("fps").title = `camera ${told.health.fps.toFixed(1)} fps, worst gap ${Math.round(told.health.worst_gap_ms)} ms`;
  if (told.skew) {
    const { median_ms: median, worst_ms: worst, frames } = told.skew;
    $("skew").textContent = `${median > 0 ? "+" : median < 0 ? "−" : "±"}${Math.abs(Math.round(median))} ms`;
    $("skew").title = `worst ${Math.round(worst)} ms of ${frames} frames; above zero: the picture is late`;
  }
  $("meter").setAttribute("aria-valuenow", String(Math.round(100 * Number($("meter").style.getPropertyValue("--level")))));
  if (link.state === "live" && link.isQuiet) showLink("quiet");
  else if (link.state === "quiet" && !link.isQuiet) showLink("live");
}

window.avatar = {
  get connection() { return link.state; },
  get phase() { return told.phase; },
  get joined() { return told.joined ?? false; },
  get pictures() {
    const { received, drawn, dropped, log } = picture;
    return { received, drawn, dropped, fps: picture.fps(), log };
  },
  get heard() {
    const { playing = false, buffered = 0, underruns = 0, skipped = 0 } = sound.report ?? {};
    const mediaUs = sound.heardUs();
    return { received: sound.received, rms: sound.rms(), playing, bufferedMs: buffered * 1000, underruns, skipped, mediaUs, log: sound.powers };
  },
  get microphone() {
    const { isOn, pieces, dbfs } = microphone;
    return { on: isOn, yours: told.yours ?? false, pieces, dbfs, error: told.microphoneError ?? null };
  },
  get skewMs() { return picture.skewMs(); },
  get skew() { return told.skew ?? null; },
  get health() { return told.health ?? null; },
  get level() { return told.level ?? null; },
  get played() { return told.played ?? null; },
  get troubles() { return told.troubles ?? []; },
  get caption() { return told.caption; },
  get partial() { return told.partial; },
  get lines() { return conversation.lines(); },
  get timelines() { return told.timelines; },
  sample: (x, y, width, height) => picture.sample(x, y, width, height),
};

// The token is in the cookie now; it need not stay in the address bar, the history and the next screenshot.
history.replaceState(null, "", location.pathname + location.hash);
link.open();
showLevels();
setInterval(showVitals, 250);
