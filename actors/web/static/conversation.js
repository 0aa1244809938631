/**
 * Conversation: the column of what was said. Finished lines come from the call as a whole (heard words only); the line in
 * the making (the person's partial words, the avatar's caption) is laid over its end.
 */
import { miniature } from "/static/timeline.js";

const NEAR_END_PX = 80;

export class Conversation {
  constructor(list, hello) {
    this.list = list;
    this.hello = hello;
    this.said = []; // {role, text, turn, interrupted, written}
    this.drafts = { user: null, assistant: null }; // {text, isDone, interrupted, written, base}
    this.timelines = new Map(); // turn -> timeline
    this.rows = [];
    this.isFollowing = true; // until the person scrolls up
    list.addEventListener("scroll", () => {
      this.isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
    });
    new ResizeObserver(() => this.follow()).observe(list);
  }

  follow() {
    if (this.isFollowing) this.list.scrollTop = this.list.scrollHeight;
  }

  setLines(lines) {
    this.said = lines;
    this.render();
  }

  /** The person's words so far (`isDone`: as they were understood). */
  hearUser(text, isDone) {
    this.draft("user", text, isDone, false);
    if (!isDone) return;
    this.drafts.assistant = null;
    this.render();
  }

  /** The avatar's words that were heard so far; `written`: shown, because nobody can speak them. */
  hearAvatar(text, isDone, interrupted, written) {
    this.draft("assistant", text, isDone, interrupted, written);
    this.render();
  }

  draft(role, text, isDone, interrupted, written = false) {
    const was = this.drafts[role];
    const base = was && !was.isDone ? was.base : this.count(role);
    this.drafts[role] = text ? { text, isDone, interrupted, written, base } : null;
    this.render();
  }

  count(role) {
    return this.said.filter((line) => line.role === role).length;
  }

  setTimeline(timeline) {
    const turn = timeline.turn || Math.max(0, ...this.said.map((line) => line.turn ?? 0));
    this.timelines.set(turn, timeline);
    this.render();
  }

  /** The lines to show: what was said, with the drafts that it does not hold yet. */
  lines() {
    const lines = this.said.map((line) => ({ ...line }));
    this.lay(lines, "user");
    this.lay(lines, "assistant");
    return lines;
  }

  lay(lines, role) {
    const draft = this.drafts[role];
    if (!draft) return;
    const last = lines.findLast((line) => line.role === role);
    const isLatest = last && (role === "user" || lines.at(-1) === last);
    const sameBeginning = last && (last.text.startsWith(draft.text) || draft.text.startsWith(last.text));
    if (isLatest && sameBeginning && (this.count(role) > draft.base || draft.isDone || role === "assistant")) {
      if (draft.text.length > last.text.length) last.text = draft.text;
      last.isOpen = !draft.isDone;
      last.interrupted ||= draft.interrupted;
    } else if (this.count(role) <= draft.base) {
      lines.push({ role, text: draft.text, isOpen: !draft.isDone, interrupted: draft.interrupted, written: draft.written });
    }
  }

  render() {
    const lines = this.lines();
    while (this.rows.length > lines.length) this.rows.pop().remove();
    lines.forEach((line, i) => this.fill((this.rows[i] ??= this.addRow()), line));
    this.hello.hidden = lines.length > 0;
    this.follow();
  }

  addRow() {
    const row = document.createElement("li");
    row.append(document.createElement("p"), document.createElement("footer"));
    this.list.append(row);
    return row;
  }

  fill(row, line) {
    const timeline = line.role === "assistant" && line.turn ? this.timelines.get(line.turn) : null;
    const key = JSON.stringify([line, Boolean(timeline)]);
    if (row.dataset.key === key) return;
    row.dataset.key = key;
    row.dataset.role = line.role;
    row.dataset.open = line.isOpen ? "yes" : "no";
    row.dataset.interrupted = line.interrupted ? "yes" : "no";
    row.firstChild.textContent = line.text.trim();
    row.firstChild.setAttribute("aria-label", `${line.role === "user" ? "You" : "Avatar"}: ${line.text.trim()}`);
    row.lastChild.replaceChildren(...this.marks(line, timeline));
  }

  marks(line, timeline) {
    const marks = [];
    if (timeline) marks.push(miniature(timeline));
    for (const [here, words] of [[line.interrupted, "interrupted"], [line.written, "in writing"]]) {
      if (!here) continue;
      const mark = document.createElement("span");
      mark.className = "cut";
      mark.textContent = words;
      marks.push(mark);
    }
    return marks;
  }
}
