// The lines between linked words.

/** Read links such as "0-0 1-2". */
function parsedLinks(text) {
  return (text ?? "").split(" ").filter(Boolean).map((link) => link.split("-").map(Number));
}

/**
 * The lines of one sentence. What is pointed at, what has the focus and what a user clicked on have lines.
 * A part is { side: "source" | "target", tokens: [start, end) }.
 */
class LinkLines {
  #body;
  #links;
  #words;
  #image = draw("svg", { class: "lines", "aria-hidden": "true" });
  #kept = new Map(); // element -> part
  #passing = null;
  #all = false;

  constructor(body, links, words) {
    this.#body = body;
    this.#words = words;
    this.#links = links.filter(([i, j]) => words.source[i] && words.target[j]);
    body.append(this.#image);
  }

  point(part) {
    this.#passing = part;
    this.redraw();
  }

  /** Keep the lines of an entity, or let them go; returns whether they are kept now. */
  toggle(element, part) {
    const kept = !this.#kept.delete(element);
    if (kept) this.#kept.set(element, part);
    this.redraw();
    return kept;
  }

  release() {
    this.#kept.clear();
    this.#passing = null;
    this.redraw();
  }

  showAll(all) {
    this.#all = all;
    this.redraw();
  }

  #isShown([i, j], parts) {
    const within = ({ side, tokens: [start, end] }) => {
      const token = side === "source" ? i : j;
      return start <= token && token < end;
    };
    return parts.some(within);
  }

  redraw() {
    const parts = [...this.#kept.values(), ...(this.#passing ? [this.#passing] : [])];
    const strong = this.#links.filter((link) => this.#isShown(link, parts));
    for (const side of ["source", "target"]) {
      const linked = new Set(strong.map((link) => link[side === "source" ? 0 : 1]));
      this.#words[side].forEach((word, k) => word.classList.toggle("linked", linked.has(k)));
    }
    const frame = this.#body.getBoundingClientRect();
    const line = (link, name) => this.#line(link, frame, name);
    const weak = this.#all ? this.#links.filter((link) => !strong.includes(link)) : [];
    this.#image.replaceChildren(...weak.map((link) => line(link, "weak")), ...strong.map((link) => line(link, "strong")));
  }

  #line([i, j], frame, name) {
    const above = this.#words.source[i].getBoundingClientRect();
    const below = this.#words.target[j].getBoundingClientRect();
    const [x1, y1] = [above.left + above.width / 2 - frame.left, above.bottom - frame.top];
    const [x2, y2] = [below.left + below.width / 2 - frame.left, below.top - frame.top];
    const bend = (y2 - y1) / 2;
    return draw("path", { class: name, d: `M${x1},${y1} C${x1},${y1 + bend} ${x2},${y2 - bend} ${x2},${y2}` });
  }
}
