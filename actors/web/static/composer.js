/** Composer: the box for typed words. Enter sends, Shift+Enter begins a new line. */
const MOST = 4000;
const TELL_FROM = 3500;

const characters = (count) => `${count.toLocaleString("en")} character${count === 1 ? "" : "s"}`;

export class Composer {
  /** `send({type, text})` gives false when there is no line. */
  constructor({ form, text, button, verbatim, note }, send) {
    Object.assign(this, { form, text, button, verbatim, note, sendWish: send });
    text.addEventListener("input", () => this.check());
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    verbatim.addEventListener("change", () => {
      text.placeholder = verbatim.checked ? "Words for the avatar to say" : "Ask something";
      text.focus();
    });
    this.check();
  }

  /** Characters as the call counts them: code points, not UTF-16 units. */
  get length() {
    return [...this.text.value.trim()].length;
  }

  check() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 160)}px`;
    const { length } = this;
    const isTooLong = length > MOST;
    this.button.disabled = length === 0 || isTooLong;
    this.text.setAttribute("aria-invalid", String(isTooLong));
    if (isTooLong) this.tell(`${characters(length - MOST)} over the limit of ${MOST.toLocaleString("en")}`);
    else this.tell(length > TELL_FROM ? `${characters(MOST - length)} left` : "");
  }

  send() {
    if (this.button.disabled) return;
    const wish = { type: this.verbatim.checked ? "say" : "ask", text: this.text.value.trim() };
    if (!this.sendWish(wish)) {
      this.tell("Not connected: your text stays here until the call is back.");
      return;
    }
    this.text.value = "";
    this.check();
  }

  tell(text) {
    this.note.textContent = text;
  }
}
