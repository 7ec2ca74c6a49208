// The card of one sentence.

const COLOURS = 10;
const colourOf = new Map(); // label -> number of its colour

/** Give every label a colour, the same in all languages. */
function chooseColours(languages) {
  for (const label of languages.flatMap((language) => language.labels)) colour(label);
}

function colour(label) {
  if (!colourOf.has(label)) colourOf.set(label, colourOf.size % COLOURS);
  return `entity colour-${colourOf.get(label)}`;
}

const joined = (tokens, spaced) => tokens.join(spaced ? " " : "");
const probability = (entity) => entity.confidence ?? entity.label_confidence ?? null;
const sameSpan = (a, b) => a.start === b.start && a.end === b.end && a.label === b.label;

/** Write the words of a text with its entities; returns the line and its words. */
function textLine(text, language, side, describe) {
  const words = text.tokens.map((token) => make("span", { class: "word" }, token));
  const starting = new Map(text.entities.map((entity) => [entity.start, entity]));
  const line = make("p", { class: language.spaced ? "line" : "line close", dir: language.direction,
    lang: language.tag || null, "data-side": side });
  const between = () => (language.spaced ? " " : make("wbr"));
  const run = (start, end) => words.slice(start, end).flatMap((word, k) => (k ? [between(), word] : [word]));
  for (let k = 0; k < words.length; ) {
    if (k) line.append(between());
    const entity = starting.get(k);
    if (entity) {
      line.append(describe(entity, run(entity.start, entity.end)));
      k = entity.end;
    } else line.append(words[k++]);
  }
  return { line, words };
}

/** Make the box of an entity: a button that keeps its lines. */
function entityBox(entity, words, { side, extra = "", note, badge }) {
  const box = make("span", {
    class: `${colour(entity.label)} ${extra}`, role: "button", tabindex: 0, "aria-pressed": "false",
    "aria-label": note, title: note,
  }, words, "\u00a0", make("bdi", { class: "label", "aria-hidden": "true" }, badge));
  box.linkedPart = { side, tokens: [entity.start, entity.end] };
  return box;
}

function targetBox(entity, words, row, language, differs) {
  const sure = probability(entity);
  const from = entity.source_start === undefined || !row.source ? "" :
    ` From “${joined(row.source.tokens.slice(entity.source_start, entity.source_end), language.source.spaced)}”.`;
  const name = joined(row.tokens.slice(entity.start, entity.end), language.target.spaced);
  const numbers = `score ${decimal(entity.score)}${sure === null ? "" : `, confidence ${decimal(sure)}`}`;
  return entityBox(entity, words, {
    side: "target",
    extra: `${differs ? "differs" : ""} ${sure !== null && sure < 0.5 ? "unsure" : ""}`,
    note: `${entity.label}: ${name}; ${numbers}.${from}${differs ? " Only here." : ""}`,
    badge: sure === null ? entity.label : `${entity.label} ${decimal(sure)}`,
  });
}

function sourceBox(entity, words, row, language) {
  const lost = !row.entities.some((e) => e.source_start === entity.start && e.source_end === entity.end);
  const traced = row.entities.length === 0 || row.entities.some((e) => e.source_start !== undefined);
  const name = joined(row.source.tokens.slice(entity.start, entity.end), language.source.spaced);
  return entityBox(entity, words, {
    side: "source",
    extra: lost && traced ? "lost" : "",
    note: `${entity.label}: ${name}${lost && traced ? "; lost: no words below carry it" : ""}.`,
    badge: lost && traced ? `${entity.label} lost` : entity.label,
  });
}

/** The entities that the tags of a row show: those of people where they looked at the sentence. */
const published = (row) => row.human ?? row.entities;

const sameEntities = (some, others) => some.length === others.length && some.every((a) => others.some((b) => sameSpan(a, b)));

function peopleOf(row) {
  if (!row?.human) return "";
  return sameEntities(row.human, row.entities) ? "confirmed" : "corrected";
}

function goldOf(row) {
  if (!row?.gold) return "";
  return sameEntities(row.gold, published(row)) ? "same" : "differs";
}

/** Write one corpus's version of a sentence into a card; returns the lines between its words. */
function addSide(body, row, language, { name, other, withoutSource }) {
  const part = make("div", { class: "pair" });
  const titled = (title, line) => part.append(make("div", { class: "text" }, make("span", { class: "side" }, title), line));
  let source = { words: [] };
  if (row.source && !withoutSource) {
    source = textLine(row.source, language.source, "source", (e, words) => sourceBox(e, words, row, language));
    titled(language.source.name, source.line);
  }
  const title = name ? `${name} · ${language.target.name}` : language.target.name;
  const compared = row.gold ?? (other ? published(other) : row.human);
  const target = textLine(row, language.target, "target", (e, words) => {
    const differs = compared && !compared.some((o) => sameSpan(o, e));
    return targetBox(e, words, row, language, differs);
  });
  const corrected = peopleOf(row) === "corrected";
  titled(corrected ? `${title}, the program` : title, target.line);
  if (corrected) {
    const people = textLine({ tokens: row.tokens, entities: row.human }, language.target, "people", (e, words) =>
      entityBox(e, words, { side: "people", note: `${e.label}, by people`, badge: e.label,
        extra: row.entities.some((o) => sameSpan(o, e)) ? "" : "differs" }));
    titled("by people", people.line);
  }
  if (goldOf(row) === "differs") {
    const gold = textLine({ tokens: row.tokens, entities: row.gold }, language.target, "gold", (e, words) =>
      entityBox(e, words, { side: "gold", note: `${e.label}, gold`, badge: e.label,
        extra: published(row).some((o) => sameSpan(o, e)) ? "" : "differs" }));
    titled("gold", gold.line);
  }
  body.append(part);
  return new LinkLines(part, parsedLinks(row.links), { source: source.words, target: target.words });
}

function chips(sides, names) {
  const row = sides.find(Boolean);
  const flags = new Set(sides.flatMap((side) => side?.flags ?? []));
  const faults = new Set(sides.flatMap((side) => side?.faults ?? []));
  const sure = sides.flatMap((side) => side?.entities ?? []).map(probability).filter((p) => p !== null);
  const chip = (text, name = "") => make("span", { class: `chip ${name}` }, text);
  return [
    make("h3", {}, make("bdi", {}, row.id)),
    chip(row.split),
    row.score === undefined ? null : chip(`score ${sides.filter(Boolean).map((s) => decimal(s.score)).join(" | ")}`),
    sure.length ? chip(`lowest confidence ${decimal(Math.min(...sure))}`) : null,
    ...[...flags].map((flag) => chip(`⚑ ${flag}`, "flag")),
    ...[...faults].map((fault) => chip(`marker: ${fault}`, "flag")),
    ...[...new Set(sides.map(peopleOf).filter(Boolean))].map((word) => chip(`${word} by people`, "kind")),
    ...[...new Set(sides.map(goldOf).filter(Boolean))].map((word) => chip(word === "same" ? "as gold" : "differs from gold", "kind")),
    ...names.map((name) => chip(name, "kind")),
  ];
}

/** The numbers of all entities of a sentence. */
function details(sides, language, letters) {
  const shown = ["start", "end", "label", "source_start", "source_end", "score", "confidence", "label_confidence"];
  const rows = sides.flatMap((side, k) => (side?.entities ?? []).map((entity) => ({ side, entity, letter: letters[k] })));
  if (!rows.length) return make("p", {}, "This sentence has no entities.");
  const source = ({ side, entity }) => entity.source_start === undefined || !side.source ? "–" :
    joined(side.source.tokens.slice(entity.source_start, entity.source_end), language.source.spaced);
  const others = ({ entity }) => Object.keys(entity).filter((key) => !shown.includes(key))
    .map((key) => `${key}: ${Array.isArray(entity[key]) ? entity[key].join(", ") : entity[key]}`).join("; ");
  const columns = [
    ...(letters.length > 1 ? [["Corpus", ({ letter }) => letter]] : []),
    ["Entity", ({ side, entity }) => joined(side.tokens.slice(entity.start, entity.end), language.target.spaced)],
    ["Label", ({ entity }) => entity.label],
    ["From", source],
    ["Score", ({ entity }) => decimal(entity.score)],
    ["Confidence", ({ entity }) => decimal(entity.confidence)],
    ["Of the labeller", ({ entity }) => decimal(entity.label_confidence)],
    ["Else", others],
  ].filter(([title, value]) => !["Else", "Confidence", "Of the labeller"].includes(title) || rows.some((r) => !["", "–"].includes(value(r))));
  return make("div", { class: "scroll" }, make("table", {},
    make("thead", {}, make("tr", {}, columns.map(([title]) => make("th", { scope: "col" }, title)))),
    make("tbody", {}, rows.map((row) => make("tr", {}, columns.map(([, value]) => make("td", {}, make("bdi", {}, value(row)))))))));
}

const KIND_NAMES = { entities: "other entities", text: "other text", first: "only in A", second: "only in B", same: "the same" };

/** Make the card of a sentence. */
function sentenceCard(sides, language, kind) {
  const comparing = kind !== undefined;
  const letters = comparing ? ["A", "B"] : [""];
  const body = make("div", { class: "body" });
  const present = sides.map((side, k) => ({ side, k })).filter(({ side }) => side);
  const shown = kind === "same" ? present.slice(0, 1) : present;
  const lines = shown.map(({ side, k }, place) => addSide(body, side, language, {
    name: kind === "same" ? "A = B" : letters[k],
    other: kind === "entities" ? sides[1 - k] : null,
    withoutSource: place > 0 && JSON.stringify(side.source?.tokens) === JSON.stringify(shown[0].side.source?.tokens),
  }));
  const more = make("details", {}, make("summary", {}, "Details"));
  more.ontoggle = () => more.children.length < 2 && more.append(details(sides, language, letters));
  const card = make("li", { class: "card", tabindex: -1 },
    make("div", { class: "head" }, chips(sides, comparing ? [KIND_NAMES[kind]] : [])), body, more);
  card.lines = lines;
  connect(card, body, lines);
  return card;
}

/** Let words and entities show their lines. */
function connect(card, body, lines) {
  const parts = [...body.children];
  const at = (target) => {
    const part = target.closest(".pair");
    const box = target.closest(".entity");
    const word = target.closest(".word");
    const line = part && lines[parts.indexOf(part)];
    if (!line || !(box || word)) return null;
    const linked = box ? box.linkedPart : wordPart(part, word);
    return linked && { line, box, part: linked };
  };
  body.addEventListener("pointerover", (event) => {
    const place = at(event.target);
    lines.forEach((line) => line.point(place && line === place.line ? place.part : null));
  });
  body.addEventListener("pointerleave", () => lines.forEach((line) => line.point(null)));
  body.addEventListener("focusin", (event) => at(event.target)?.line.point(at(event.target).part));
  body.addEventListener("focusout", () => lines.forEach((line) => line.point(null)));
  const toggle = (event) => {
    const place = at(event.target);
    if (place?.box) place.box.setAttribute("aria-pressed", String(place.line.toggle(place.box, place.part)));
  };
  body.addEventListener("click", toggle);
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      lines.forEach((line) => line.release());
      body.querySelectorAll("[aria-pressed=true]").forEach((box) => box.setAttribute("aria-pressed", "false"));
    } else if (["Enter", " "].includes(event.key) && event.target.closest(".entity")) {
      event.preventDefault();
      toggle(event);
    }
  });
}

/** The part of a single word: its side and its place in the line. */
function wordPart(pair, word) {
  const line = word.closest(".line");
  const k = [...line.querySelectorAll(".word")].indexOf(word);
  return { side: line.dataset.side, tokens: [k, k + 1] };
}
