// Figures: tables whose numbers have bars. Names and numbers stand beside every bar, so no figure needs its colours.

const OTHER_SIDE = "hatched";

/** Draw a bar; a share is a number from 0 to 1. */
function bar(share, name = "") {
  const image = draw("svg", { class: `bar ${name}`, "aria-hidden": "true", focusable: "false" });
  image.append(draw("rect", { class: "whole", width: "100%", height: "100%" }),
    draw("rect", { class: "share", width: `${(100 * share).toFixed(2)}%`, height: "100%" }));
  return image;
}

/**
 * Make a figure: one row a name, one bar a series.
 * Series are { title, values }, values a list beside names; rows are [name, explanation].
 */
function figure(title, names, series, { note, action } = {}) {
  const highest = Math.max(1, ...series.flatMap((one) => one.values));
  const legend = series.length > 1 ? make("p", { class: "legend" }, series.map((one, k) =>
    make("span", {}, bar(1, k ? OTHER_SIDE : ""), one.title))) : null;
  const rows = names.map(([name, explanation], k) => make("tr", {},
    make("th", { scope: "row" }, make("bdi", {}, name), explanation ? make("small", {}, explanation) : null),
    make("td", { class: "bars" }, series.map((one, s) => bar(one.values[k] / highest, s ? OTHER_SIDE : ""))),
    series.map((one) => make("td", { class: "number" }, count(one.values[k]))),
    action ? make("td", {}, action(name)) : null));
  const head = make("tr", { class: series.length > 1 ? "" : "unseen" },
    make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, ""),
    series.map((one) => make("th", { scope: "col", class: "number" }, one.title)),
    action ? make("th", { scope: "col" }, "") : null);
  return make("section", { class: "figure" }, make("h2", {}, title), note ? make("p", { class: "note" }, note) : null, legend,
    names.length ? make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, rows))) : null);
}

const letter = (k, corpora) => (corpora.length > 1 ? "AB"[k] + ": " : "");
const union = (corpora, of) => [...new Set(corpora.flatMap((one) => Object.keys(of(one) ?? {})))];

/** Series of all corpora for names. */
function byName(corpora, names, title, of) {
  return corpora.map((one, k) => ({ title: letter(k, corpora) + title, values: names.map((name) => of(one)?.[name] ?? 0) }));
}

function labelFigure(corpora) {
  const names = [...new Set([...union(corpora, (c) => c.figures.labels), ...union(corpora, (c) => c.figures.source_labels)])].sort();
  const series = byName(corpora, names, "entities", (c) => c.figures.labels);
  const hasSource = corpora.some((c) => Object.keys(c.figures.source_labels).length);
  if (corpora.length === 1 && hasSource) {
    series.unshift(...byName(corpora, names, "in the source text", (c) => c.figures.source_labels));
    series[1].title = "in the corpus";
  }
  return figure("Entities by label", names.map((name) => [name]), series,
    { note: names.length ? "" : "No sentence has an entity." });
}

function confidenceFigure(corpora) {
  const known = corpora.find((c) => c.figures.confidence);
  if (!known) return figure("Confidence", [], [], { note: "No entity of this corpus has a probability." });
  const { bins } = known.figures.confidence;
  const names = bins.map((_, k) => [`${(k / bins.length).toFixed(1)} to ${((k + 1) / bins.length).toFixed(1)}`]);
  const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "entities", values: c.figures.confidence?.bins ?? bins.map(() => 0) }));
  return figure("Confidence of the entities", names, series, { note: `The probability ${known.figures.confidence.meaning}.` });
}

function lengthFigure(corpora) {
  const { step, counts } = corpora[0].figures.lengths;
  const last = Math.max(...corpora.map((c) => c.figures.lengths.counts.findLastIndex((n) => n > 0)));
  const names = counts.slice(0, last + 1).map((_, k) =>
    [k === counts.length - 1 ? `${k * step + 1} and more` : `${k * step + 1} to ${(k + 1) * step}`]);
  const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "sentences", values: c.figures.lengths.counts.slice(0, last + 1) }));
  return figure("Length of the sentences in words", names, series);
}

/** Draw how often entities of every confidence are right, in the sentences that people looked at. */
function calibrationFigure(corpora) {
  const known = corpora.map((c, k) => ({ points: c.figures.calibration ?? [], k })).filter(({ points }) => points.length);
  const title = "Confidence and truth";
  if (!known.length) {
    return figure(title, [], [], { note: "Nobody has looked at sentences of this corpus yet, so how often entities of a confidence are " +
      "right is not known. Corrections that are imported show it here." });
  }
  const [size, edge] = [220, 34];
  const at = (x, y) => [edge + x * size, edge / 2 + (1 - y) * size];
  const image = draw("svg", { class: "calibration", viewBox: `0 0 ${size + 2 * edge} ${size + 1.8 * edge}`, role: "img",
    "aria-label": "Share of right entities by confidence; the table below has the numbers." });
  image.append(draw("rect", { class: "frame", x: edge, y: edge / 2, width: size, height: size }),
    draw("path", { class: "ideal", d: `M${at(0, 0)} L${at(1, 1)}` }));
  for (const value of [0, 0.5, 1]) {
    image.append(draw("text", { x: at(value, 0)[0], y: at(0, 0)[1] + 14, "text-anchor": "middle" }, value),
      draw("text", { x: edge - 5, y: at(0, value)[1] + 4, "text-anchor": "end" }, value));
  }
  image.append(draw("text", { x: at(0.5, 0)[0], y: at(0, 0)[1] + 28, "text-anchor": "middle" }, "confidence"),
    draw("text", { x: 10, y: at(0, 0.5)[1], "text-anchor": "middle", transform: `rotate(-90 10 ${at(0, 0.5)[1]})` }, "share right"));
  for (const { points, k } of known) {
    const places = points.map((point) => at(point.mean, point.right / point.entities));
    image.append(draw("path", { class: "measured", d: `M${places.join(" L")}` }),
      ...places.map(([cx, cy]) => draw("circle", { class: k ? "second" : "first", cx, cy, r: 4 })));
  }
  const rows = known.flatMap(({ points, k }) => points.map((point) => make("tr", {},
    make("th", { scope: "row" }, `${letter(k, corpora)}${decimal(point.mean)}`), make("td", { class: "number" }, decimal(point.right / point.entities)),
    make("td", { class: "number" }, count(point.entities)))));
  const head = ["Mean confidence", "Share right", "Entities"].map((name, k) => make("th", { scope: "col", class: k ? "number" : "" }, name));
  return make("section", { class: "figure" }, make("h2", {}, title),
    make("p", { class: "note" }, "Only of the sentences that people looked at. On the dashed line, a confidence says how often entities are right; " +
      `below it, the corpus is too sure.${corpora.length > 1 ? " Full points are A, hollow points B." : ""}`),
    image, make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows))));
}

function splitFigure(corpora) {
  const names = union(corpora, (c) => c.figures.splits);
  return figure("Splits", names.map((name) => [name]), byName(corpora, names, "sentences", (c) => c.figures.splits));
}

function summaryTable(corpora) {
  const lines = [
    ["Sentences", (c) => c.figures.sentences], ["with an entity", (c) => c.figures.labelled], ["Words", (c) => c.figures.tokens],
    ["Entities", (c) => Object.values(c.figures.labels).reduce((a, b) => a + b, 0)],
  ];
  return make("section", { class: "figure" }, make("h2", {}, "In numbers"), make("div", { class: "scroll" }, make("table", {},
    corpora.length > 1 ? make("thead", {}, make("tr", {}, make("td"), corpora.map((_, k) => make("th", { scope: "col", class: "number" }, "AB"[k])))) : null,
    make("tbody", {}, lines.map(([name, of]) => make("tr", {}, make("th", { scope: "row" }, name),
      corpora.map((c) => make("td", { class: "number" }, count(of(c))))))))));
}

/** Compare the corpus with gold, in the sentences that have gold. */
function goldFigure(corpora) {
  if (!corpora.some((c) => c.gold)) return null;
  const titles = { both: "in both", only_corpus: "only in the corpus", only_gold: "only in gold" };
  const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "entities", values: Object.keys(titles).map((name) => c.gold?.[name] ?? 0) }));
  const notes = corpora.map((c, k) => letter(k, corpora) + (c.gold ? `${counted(c.gold.sentences, "sentence")} with gold labels, ` +
    `${count(c.gold.differing)} of them with other entities; strict F1 ${c.gold.f1.toFixed(1)}.` : "no sentence with gold labels."));
  return figure("Gold", Object.values(titles).map((title) => [title]), series, { note: notes.join(" ") });
}

function differenceFigure(language) {
  const names = ["same", "first", "second"];
  const titles = { same: "in both", first: "only in A", second: "only in B" };
  return figure("Entities of the sentences that both have", names.map((name) => [titles[name]]),
    [{ title: "entities", values: names.map((name) => language.entities[name] ?? 0) }]);
}

function showFigures(section, language) {
  const { corpora } = language;
  section.replaceChildren(make("div", { class: "grid" },
    summaryTable(corpora), goldFigure(corpora), language.entities ? differenceFigure(language) : null, labelFigure(corpora), confidenceFigure(corpora),
    calibrationFigure(corpora), lengthFigure(corpora), splitFigure(corpora)));
}

/** Show what was dropped and what was flagged; every flag leads to its sentences. */
function showDropped(section, language, showFlag) {
  const { corpora, reasons } = language;
  const known = corpora.filter((c) => c.input !== null);
  const why = (names) => names.map((name) => [name, reasons[name]]);
  const dropped = union(corpora, (c) => c.dropped).sort();
  const flags = [...new Set([...union(corpora, (c) => c.flags), ...union(corpora, (c) => c.figures.flags)])].sort();
  const parts = [];
  if (known.length) {
    const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "sentences", values: [c.figures.sentences, ...dropped.map((name) => c.dropped[name] ?? 0)] }));
    parts.push(figure("Kept and dropped", [["kept"], ...why(dropped)], series, { note: dropped.length ?
      "A corpus holds the sentences that were kept. The folder where it was built also has some of those that were dropped. " +
      "To see all, take their reason out of keep: in the recipe and build again: they stay, with a flag." :
      "No sentence was dropped." }));
  } else parts.push(figure("Kept and dropped", [], [], { note: "The manifest of this corpus does not count dropped sentences." }));
  parts.push(figure("Flags", why(flags), byName(corpora, flags, "sentences", (c) => c.figures.flags), {
    note: flags.length ? "The sentences of the corpus that fail a filter and were kept." : "No filter was applied.",
    action: (name) => make("button", { type: "button", disabled: !corpora.some((c) => c.figures.flags[name]), onclick: () => showFlag(name) }, "Show", make("span", { class: "unseen" }, ` sentences with the flag ${name}`)),
  }));
  parts.splice(1, 0, ...corpora.flatMap((c, k) => droppedExamples(c, letter(k, corpora), language)));
  section.replaceChildren(...parts);
}

/** Show sentences that were dropped, by reason. */
function droppedExamples(corpus, name, { source, target, reasons }) {
  const text = (title, language, tokens) => tokens.length ?
    make("div", { class: "text" }, make("span", { class: "side" }, title),
      make("p", { class: "line", dir: language.direction, lang: language.tag || null }, joined(tokens, language.spaced))) : null;
  return Object.entries(corpus.examples).map(([reason, sentences]) => make("details", { class: "examples" },
    make("summary", {}, `${name}Examples: `, make("bdi", {}, reason)),
    reasons[reason] ? make("p", { class: "note" }, reasons[reason]) : null,
    make("ol", {}, sentences.map((one) => make("li", { class: "card" }, make("div", { class: "head" }, make("h3", {}, make("bdi", {}, one.id))),
      text(source.name, source, one.source), text(target.name, target, one.tokens))))));
}
