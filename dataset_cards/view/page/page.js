// The page as a whole: it opens a language, keeps the filters in the address, and shows one page of sentences.

async function start() {
  const facts = await unpack("facts");
  const page = new CorpusPage(facts);
  await page.open();
}

class CorpusPage {
  #facts;
  #rows;
  #filters = { ...EVERYTHING };
  #positions = [];
  #searches = 0;

  constructor(facts) {
    this.#facts = facts;
  }

  get #comparing() {
    return this.#facts.corpora.length > 1;
  }

  async open() {
    chooseColours(this.#facts.languages);
    this.#showTitle();
    this.#connect();
    await this.#readAddress();
  }

  #showTitle() {
    const { corpora, languages } = this.#facts;
    const name = ({ name, version }) => `${name} ${version}`;
    byId("name").append(this.#comparing ? "Two corpora compared" : readable(name(corpora[0])));
    byId("summary").append(this.#comparing ? readable(`A: ${name(corpora[0])} · B: ${name(corpora[1])}`) : "");
    byId("language").append(...languages.map((one) => make("option", { value: one.code }, `${one.name} (${one.code})`)));
    byId("language-choice").hidden = languages.length < 2;
  }

  #connect() {
    byId("language").onchange = (event) => this.#openLanguage(event.target.value, { ...EVERYTHING });
    byId("all-links").onchange = () => this.#showLinks();
    const tabs = [...byId("tabs").children];
    tabs.forEach((tab, k) => {
      tab.onclick = () => this.#showTab(tab);
      tab.onkeydown = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
          const next = tabs[(k + step + tabs.length) % tabs.length];
          this.#showTab(next);
          next.focus();
        }
      };
    });
    this.#showTab(tabs[0]);
    byId("rows").addEventListener("keydown", (event) => this.#moveByKey(event));
    addEventListener("resize", afterPause(() => this.#redraw(), 100));
    addEventListener("hashchange", () => this.#readAddress());
  }

  #showTab(chosen) {
    for (const tab of byId("tabs").children) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
    this.#redraw();
  }

  async #readAddress() {
    const address = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const codes = this.#facts.languages.map((one) => one.code);
    const filters = { ...EVERYTHING };
    for (const name in EVERYTHING) if (name in address) filters[name] = address[name];
    await this.#openLanguage(codes.includes(address.lang) ? address.lang : codes[0], filters);
  }

  #writeAddress() {
    const changed = Object.entries(this.#filters).filter(([name, value]) => value !== EVERYTHING[name]);
    const values = [["lang", this.#rows.facts.code], ...changed];
    history.replaceState(null, "", `#${new URLSearchParams(values)}`);
  }

  async #openLanguage(code, filters) {
    const number = this.#facts.languages.findIndex((one) => one.code === code);
    if (this.#rows?.number !== number) {
      this.#rows = await LanguageRows.open(number, this.#facts.languages[number], this.#facts.block);
      byId("language").value = code;
      makeFilters(byId("filters"), this.#rows, this.#comparing, (values) => this.#choose({ ...this.#filters, ...values, page: "1" }));
      this.#showLanguage();
    }
    setFilters(byId("filters"), filters);
    await this.#choose(filters);
  }

  #showLanguage() {
    const { facts, index } = this.#rows;
    const all = facts.total === index.rows;
    byId("in-language").textContent = this.#comparing ?
      `${readable(facts.name)}: ${counted(facts.total, "sentence")}, ${count(facts.kinds.entities)} with other entities` :
      `${counted(facts.total, "sentence")} in ${readable(facts.name)}`;
    byId("notice").hidden = all;
    byId("notice").textContent = all ? "" : this.#comparing ?
      `This page holds ${count(index.rows)} of ${count(facts.total)} sentences, those that differ most. The figures count all.` :
      `This page holds ${count(index.rows)} of ${count(facts.total)} sentences, drawn by chance. The figures count all. ` +
      "For more: silverner view FOLDER --rows N";
    showFigures(byId("figures"), facts);
    showDropped(byId("dropped"), facts, (flag) => {
      this.#showTab(byId("tab-sentences"));
      setFilters(byId("filters"), { ...EVERYTHING, flag });
      this.#choose({ ...EVERYTHING, flag });
      byId("main").focus();
    });
  }

  /** Find the rows that pass the filters, and show a page of them. */
  async #choose(filters) {
    const turn = ++this.#searches;
    this.#filters = filters;
    this.#writeAddress();
    const rows = this.#rows;
    const progress = (share) => {
      if (turn === this.#searches) byId("count").textContent = `Searching … ${Math.floor(100 * share)} %`;
      return turn === this.#searches;
    };
    // The search goes through the rows as they are stored, so that every block is unpacked once.
    const positions = await search(rows, passing(rows.index, filters), filters.text, progress);
    if (positions === null || turn !== this.#searches) return;
    this.#positions = sorted(positions, rows.index.columns, filters.order);
    await this.#showPage(turn);
  }

  async #showPage(turn) {
    const size = Math.max(1, Number(this.#filters.size) || 20);
    const pages = Math.max(1, Math.ceil(this.#positions.length / size));
    const page = Math.min(pages, Math.max(1, Number(this.#filters.page) || 1));
    const positions = this.#positions.slice((page - 1) * size, page * size);
    const rows = this.#rows;
    const sides = await Promise.all(positions.map((position) => rows.row(position)));
    if (turn !== this.#searches) return;
    const kinds = rows.index.columns.kind;
    const cards = sides.map((one, k) => sentenceCard(one, rows.facts, kinds && KINDS[kinds[positions[k]]]));
    if (cards.length) cards[0].tabIndex = 0;
    byId("rows").start = (page - 1) * size + 1;
    byId("rows").replaceChildren(...cards);
    const number = this.#positions.length;
    byId("count").textContent = number === rows.index.rows ? counted(number, "sentence") :
      `${count(number)} of ${counted(rows.index.rows, "sentence")}`;
    makePager(byId("pager"), page, pages, (target) => this.#go(target));
    this.#showLinks();
  }

  async #go(page) {
    const turn = ++this.#searches;
    this.#filters = { ...this.#filters, page: String(page) };
    this.#writeAddress();
    await this.#showPage(turn);
    byId("main").scrollIntoView();
    byId("rows").firstElementChild?.focus({ preventScroll: true });
  }

  #moveByKey(event) {
    const card = event.target.closest(".card");
    if (!card || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = { ArrowDown: card.nextElementSibling, ArrowUp: card.previousElementSibling }[event.key];
    const button = { ArrowRight: "Next page", ArrowLeft: "Previous page" }[event.key];
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (button) byId("pager").querySelector(`[aria-label="${button}"]`)?.click();
  }

  #showLinks() {
    for (const card of byId("rows").children) for (const line of card.lines) line.showAll(byId("all-links").checked);
  }

  #redraw() {
    for (const card of byId("rows").children) for (const line of card.lines) line.redraw();
  }
}

start().catch((error) => {
  byId("notice").hidden = false;
  byId("notice").textContent = `This page cannot be shown: ${error}. It needs a browser of 2023 or later.`;
  throw error;
});
