// Large transfers: how much, worth what, from where to where.

import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, compact, dollars, exact, number } from "./formats.js";
import { paged } from "./pages.js";
import { limitOf, newestOf } from "./usual.js";
import { t } from "./words.js";

const TABLE = "whale_transactions";
const LEAST = [0, 1e6, 1e7, 1e8];
let list = null;

export function transfersPath() {
  const least = Number(byId("transfers-least").value);
  return `/api/data/transfers?limit=50${least ? `&min_usd=${least}` : ""}`;
}

export function begin(asksAgain, trouble) {
  byId("transfers-least").append(...LEAST.map((least) => element("option", { value: least }, least ? dollars(least) : t("transfers.any"))));
  byId("transfers-least").addEventListener("change", () => {
    list.reset();
    asksAgain();
  });
  list = paged({ button: byId("transfers-more"), of: (told) => told.transfers, keyOf, draw, trouble });
}

const keyOf = (one) => `${one.blockchain} ${one.transaction_hash} ${one.event_index}`;

export function showTransfers(told) {
  list.newest(told);
  setSectionAge(byId("transfers-age"), newestOf(TABLE) ?? told.as_of, limitOf(TABLE));
}

function draw(transfers) {
  keyed(byId("transfers-rows"), transfers, keyOf, makeRow);
  show(byId("transfers-empty"), transfers.length === 0);
  say(byId("transfers-empty"), Number(byId("transfers-least").value) ? t("transfers.none") : t("page.nothing"));
}

/** An address or hash by its ends. */
const ends = (text) => (text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text);

function makeRow() {
  const moved = amount("");
  const worth = amount("");
  const chain = number("");
  const [from, to] = [number("", { class: "address" }), number("", { class: "address" })];
  const old = age();
  const cell = (kind, label, ...children) => element("td", { role: "cell", class: kind, "data-label": label }, ...children);
  const node = element(
    "tr",
    { role: "row" },
    cell("number", t("transfers.amount"), moved),
    cell("number", t("transfers.worth"), worth),
    cell("", t("gas.chain"), chain),
    cell("addressed", t("transfers.from"), from),
    cell("addressed", t("transfers.to"), to),
    cell("age", t("age.title"), old),
  );
  return {
    node,
    update(one) {
      mark(moved, { title: exact(one.amount) });
      say(moved, `${compact(one.amount)} ${one.symbol ?? ""}`.trim());
      mark(worth, { title: exact(one.amount_usd) });
      say(worth, dollars(one.amount_usd));
      mark(chain, { title: one.transaction_hash });
      say(chain, one.blockchain);
      for (const [place, address] of [[from, one.from_address], [to, one.to_address]]) {
        mark(place, { title: address });
        say(place, address ? ends(address) : t("transfers.unsaid"));
      }
      setAge(old, one.timestamp);
    },
  };
}
