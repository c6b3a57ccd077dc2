// Elements: made once, and changed only where something is different, so that focus, scroll and selection stay.

const SVG = "http://www.w3.org/2000/svg";

/**
 * The element of the page that has this id; it is always there.
 * @template {string} Id
 * @param {Id} id
 * @returns {Id extends keyof import("page").Elements ? import("page").Elements[Id] : HTMLElement}
 */
export const byId = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * A new element. Children that are strings become text, never markup; those that are null are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {import("page").Attributes} attributes
 * @param {import("page").Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * The same for drawings.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {import("page").Attributes} attributes
 * @param {import("page").Child[]} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @template {Element} Node
 * @param {Node} node
 * @param {import("page").Attributes} attributes
 * @param {import("page").Child[]} children
 */
function filled(node, attributes, children) {
  mark(node, attributes);
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

/**
 * Set attributes; null or false takes one away.
 * @template {Element} Node
 * @param {Node} node
 * @param {import("page").Attributes} attributes
 */
export function mark(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else {
      const text = value === true ? "" : String(value);
      if (node.getAttribute(name) !== text) node.setAttribute(name, text);
    }
  }
  return node;
}

/**
 * Set the text of an element.
 * @template {Element} Node
 * @param {Node} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {boolean} visible
 */
export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

/**
 * The first element inside another, which has one.
 * @param {ParentNode} node
 * @returns {HTMLElement}
 */
export const first = (node) => /** @type {HTMLElement} */ (node.firstElementChild);

/**
 * The last element inside another, which has one.
 * @param {ParentNode} node
 * @returns {HTMLElement}
 */
export const last = (node) => /** @type {HTMLElement} */ (node.lastElementChild);

/** @type {WeakMap<Element, Map<unknown, import("page").Part<any>>>} */
const kept = new WeakMap();

/**
 * Make the children of an element those of a list. `make` gives {node, update} once for each key;
 * `update` is called with the item each time. Nodes that are in place are not moved.
 * @template Item
 * @param {Element} parent
 * @param {readonly Item[]} items
 * @param {(item: Item) => unknown} keyOf
 * @param {(item: Item) => import("page").Part<Item>} make
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
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  let place = parent.firstElementChild;
  for (const { part, item } of now.values()) {
    part.update(item);
    if (place && part.node === place) place = place.nextElementSibling;
    else parent.insertBefore(part.node, place);
  }
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  kept.set(parent, new Map([...now].map(([key, { part }]) => [key, part])));
}

/**
 * Call back once when the element is about to be seen, and tell from then on whether it is.
 * @param {Element} node
 * @returns {import("page").Sight}
 */
export function seen(node, margin = "400px") {
  const state = { now: false, came: () => {} };
  new IntersectionObserver(
    (entries) => {
      const is = entries.at(-1)?.isIntersecting ?? false;
      const came = is && !state.now;
      state.now = is;
      if (came) state.came();
    },
    { rootMargin: margin },
  ).observe(node);
  return state;
}
