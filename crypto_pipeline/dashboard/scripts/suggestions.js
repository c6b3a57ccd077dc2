// The coins that a field for a coin suggests while a person types.

import { byId, element } from "./elements.js";
import { ask } from "./requests.js";

export async function suggestCoins() {
  /** @type {{data: import("answers").Coins}} */
  const { data } = await ask("/api/data/coins");
  byId("coins").append(...data.coins.map((one) => element("option", { value: one.symbol }, one.name ?? one.symbol)));
}
