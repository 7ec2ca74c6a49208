// The filters above the sentences, and the pager below them.

/** Put a label over a control. */
function field(label, control, name = "") {
  control.id = `filter-${control.name}`;
  return make("div", { class: `field ${name}` }, make("label", { for: control.id }, label), control);
}

function select(name, label, choices) {
  return field(label, make("select", { name }, choices.map(([value, text]) => make("option", { value }, text))));
}

/** Make the controls for a language; they call back when a user changes one. */
function makeFilters(form, rows, comparing, changed) {
  const { index, facts } = rows;
  const number = (name, label) =>
    field(label, make("input", { name, type: "number", min: 0, max: 1, step: 0.05, inputmode: "decimal" }));
  const named = (names) => names.map((name) => [name, name]);
  const controls = [
    field("Search", make("input", { name: "text", type: "search", placeholder: "words or an id" }), "wide"),
    select("label", "Label", [["", "all sentences"], ["(any)", "with an entity"], ["(none)", "without"], ...named(index.labels)]),
    select("flag", "Flag", [["", "all sentences"], ["(any)", "with a flag"], ["(none)", "without"], ...named(index.flags)]),
    number("low", "Confidence from"),
    number("high", "to"),
  ];
  if (index.splits.length > 1) controls.push(select("split", "Split", [["", "all"], ...named(index.splits)]));
  if (index.columns.people?.some(Boolean)) {
    const choices = [["", "all sentences"], ...named(["confirmed", "corrected"]), ["(none)", "not looked at"]];
    controls.push(select("people", "By people", choices));
  }
  if (index.columns.gold?.some(Boolean)) {
    const choices = [["", "all sentences"], ["differs", "differs from gold"], ["same", "as gold"], ["(none)", "without gold"]];
    controls.push(select("gold", "Gold", choices));
  }
  if (comparing) {
    const texts = { entities: "other entities", text: "other text", first: "only in A", second: "only in B", same: "the same" };
    const kinds = KINDS.map((kind) => [kind, `${texts[kind]} (${count(facts.kinds[kind])})`]);
    controls.push(select("kind", "Difference", [["", "all"], ...kinds]));
  }
  const first = comparing ? "most different first" : "as in the corpus";
  controls.push(
    select("order", "Order", [["", first], ["confidence", "least confident first"], ["score", "lowest score first"]]),
    make("button", { type: "reset" }, "Reset"),
  );
  form.replaceChildren(...controls);
  const answer = () => changed(Object.fromEntries(new FormData(form)));
  form.oninput = afterPause(answer);
  form.onreset = () => setTimeout(answer);
  form.onsubmit = (event) => event.preventDefault();
}

function setFilters(form, filters) {
  for (const control of form.elements) if (control.name in filters) control.value = filters[control.name];
}

/** Make the pager; it calls back with the number of a page. */
function makePager(nav, page, pages, go) {
  const button = (text, label, target) =>
    make("button", { type: "button", "aria-label": label, disabled: target < 1 || target > pages, onclick: () => go(target) }, text);
  const field = make("input", { type: "number", min: 1, max: pages, "aria-label": "Page" });
  field.value = page;
  field.onchange = () => go(Math.min(pages, Math.max(1, Math.round(Number(field.value)) || 1)));
  nav.hidden = pages < 2;
  nav.replaceChildren(
    button("«", "First page", page > 1 ? 1 : 0), button("‹", "Previous page", page - 1),
    make("span", {}, "Page ", field, ` of ${count(pages)}`),
    button("›", "Next page", page + 1), button("»", "Last page", page < pages ? pages : pages + 1),
  );
}
