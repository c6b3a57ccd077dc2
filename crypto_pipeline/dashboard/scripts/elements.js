// Elements: made once, and changed only where something is different, so that focus, scroll and selection stay.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** A new element. Children that are strings become text, never markup; those that are null are left out. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  mark(node, attributes);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set attributes; null or false takes one away. */
export function mark(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value === true ? "" : value)) node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** Set the text of an element. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

const kept = new WeakMap();

/**
 * Make the children of an element those of a list. `make` gives {node, update} once for each key;
 * `update` is called with the item each time. Nodes that are in place are not moved.
 */
export function keyed(parent, items, keyOf, make) {
  if (!kept.has(parent)) parent.replaceChildren(); // What the page was served with, until there is a list.
  const before = kept.get(parent) ?? new Map();
  const now = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!now.has(key)) now.set(key, { part: before.get(key) ?? make(item), item });
  }
  for (const [key, part] of before) if (!now.has(key)) part.node.remove();
  const focused = document.activeElement;
  let place = parent.firstElementChild;
  for (const { part, item } of now.values()) {
    part.update(item);
    if (part.node === place) place = place.nextElementSibling;
    else parent.insertBefore(part.node, place);
  }
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  kept.set(parent, new Map([...now].map(([key, { part }]) => [key, part])));
}

/** Call back once when the element is about to be seen, and tell from then on whether it is. */
export function seen(node, margin = "400px") {
  const state = { now: false, came: () => {} };
  new IntersectionObserver(
    (entries) => {
      const is = entries.at(-1).isIntersecting;
      const came = is && !state.now;
      state.now = is;
      if (came) state.came();
    },
    { rootMargin: margin },
  ).observe(node);
  return state;
}
