// Elements and text. Text enters the page by textContent and DOM properties only, so no markup in a corpus has an effect.

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Show characters that move the cursor, end a line or turn the writing direction as escapes. */
function readable(text) {
  return String(text).replace(HIDDEN, (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"));
}

/** Make an element. Keys with "on" are listeners; other keys are attributes; children are elements or text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children, (name, value) => element.setAttribute(name, value));
}

/** Make an element of an SVG image. */
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return fill(element, attributes, children, (name, value) => element.setAttribute(name, value));
}

function fill(element, attributes, children, set) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) set(name, value === true ? "" : readable(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined).map(
    (child) => (child instanceof Node ? child : readable(child))));
  return element;
}

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en");
const counted = (number, one, many = one + "s") => `${count(number)} ${number === 1 ? one : many}`;
const decimal = (number) => (number === null || number === undefined ? "–" : number.toFixed(2));

/** Call a function when nothing has asked for it again for a while. */
function afterPause(action, milliseconds = 200) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
