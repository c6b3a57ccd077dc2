// Where a PostgreSQL is shared: how this machine stands with it, and which regions divide the sources. No other page loads this.

import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, first, keyed, mark, say, show } from "./elements.js";
import { number, utc, whole } from "./formats.js";
import { follow } from "./polling.js";
import { filling, sight, troubleOf } from "./sections.js";
import { t } from "./words.js";

/** @param {import("answers").Sharing} sharing */
function showSharing({ postgres, regions }) {
  if (postgres) showPostgres(postgres);
  show(byId("sharing-regions"), regions.length > 0);
  keyed(byId("sharing-rows"), regions, (one) => one.name, makeRow);
}

/** @param {import("answers").SharedPostgres} postgres */
function showPostgres(postgres) {
  const behind = postgres.rows_behind ?? 0;
  const said = [
    postgres.answers ? t("sharing.answers") : t("sharing.away"),
    postgres.answers ? (behind ? t("sharing.behind", { n: whole(behind), count: behind }) : t("sharing.level")) : "",
    postgres.batches_waiting ? t("sharing.waiting", { n: whole(postgres.batches_waiting), count: postgres.batches_waiting }) : t("sharing.nothing.waits"),
    postgres.batches_set_aside ? t("sharing.aside", { n: whole(postgres.batches_set_aside), count: postgres.batches_set_aside }) : "",
  ];
  byId("sharing-postgres").replaceChildren(number(postgres.address), ` · ${said.filter(Boolean).join(" · ")}`);
  mark(byId("sharing-postgres"), { title: postgres.trouble });
  setSectionAge(byId("sharing-age"), postgres.followed_at, null, "sharing.followed");
}

/** @returns {import("page").Part<import("answers").SharingRegion>} */
function makeRow() {
  const name = element("th", { scope: "row" }, number(""));
  const [state, refused] = [element("td"), element("td", { class: "soft" })];
  const hosts = number("");
  const old = age();
  const node = element("tr", {}, name, state, element("td", { class: "age" }, old), element("td", { class: "number" }, hosts), refused);
  return {
    node,
    update(one) {
      say(first(name), one.place === one.name ? one.name : `${one.name} (${one.place})`);
      const words = [
        one.is_at_work ? t("sharing.at.work") : `⚠\uFE0E ${t("sharing.silent")}`,
        one.is_here ? t("sharing.here") : "",
        one.leads ? t("sharing.leads") : "",
      ];
      say(state, words.filter(Boolean).join(" · "));
      setAge(old, one.heard_at);
      say(hosts, one.hosts === null ? "" : whole(one.hosts));
      refused.replaceChildren(...one.refused_by.flatMap((host, index) => (index ? [", ", hostOf(host)] : [hostOf(host)])));
    },
  };
}

/** @param {import("answers").RefusedBy} refused */
const hostOf = (refused) => number(refused.host, { title: `${refused.error ?? refused.outcome ?? ""} (${utc(refused.refused_at)})` });

follow({ path: () => "/api/worker/sharing", show: filling("sharing", showSharing), trouble: troubleOf("sharing"), sight: sight("sharing") });
