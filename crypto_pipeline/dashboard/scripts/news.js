// News: headlines as their outlets wrote them. They are strangers' words: text, never markup, and links only to http(s).

import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { number, whole } from "./formats.js";
import { paged } from "./pages.js";
import { limitOf, newestOf } from "./freshness.js";
import { coinLink, coinOfPage, setCoinLink } from "./subject.js";
import { language as pageLanguage, t } from "./words.js";

const TABLE = "news_articles";
/** @type {Record<string, string>} */
const FEELINGS = { positive: "▲", negative: "▼", neutral: "●" };
const TAGS = 5;
const names = new Intl.DisplayNames([pageLanguage], { type: "language" });
/** @type {import("answers").Language[]} */
let languages = [];
/** @type {ReturnType<typeof paged<import("answers").Article, import("answers").News>>} */
let list;
/** @type {["news-language", "news-sentiment"]} */
const FILTERS = ["news-language", "news-sentiment"];

export function newsPath() {
  const query = new URLSearchParams({ limit: "30", about_crypto: "true", ...(coinOfPage && { tag: coinOfPage }) });
  for (const id of FILTERS) {
    const { value } = byId(id);
    if (value) query.set(id.replace("news-", ""), value);
  }
  return `/api/data/news?${query}`;
}

/**
 * @param {() => void} asksAgain
 * @param {(sentence: string | null) => void} trouble
 */
export function begin(asksAgain, trouble) {
  list = paged({ button: byId("news-more"), of: (answer) => answer.news, keyOf: articleKey, draw, trouble });
  for (const id of FILTERS) {
    byId(id).addEventListener("change", () => {
      list.reset();
      asksAgain();
    });
  }
}

/** @param {import("answers").News} answer */
export function showNews(answer) {
  const select = byId("news-language");
  if (answer.languages?.length) languages = answer.languages;
  /** @type {{language: string, articles: number | null}[]} */
  const options = [{ language: "", articles: null }, ...languages];
  if (select.value && !languages.some((one) => one.language === select.value)) options.push({ language: select.value, articles: null });
  const before = select.value;
  keyed(
    select,
    options,
    (one) => one.language,
    () => {
      const node = element("option");
      return {
        node,
        update(one) {
          mark(node, { value: one.language });
          say(node, one.language ? `${nameOf(one.language)}${one.articles === null ? "" : ` (${whole(one.articles)})`}` : t("news.all"));
        },
      };
    },
  );
  select.value = before;
  list.newest(answer);
  setSectionAge(byId("news-age"), newestOf(TABLE) ?? answer.as_of, limitOf(TABLE));
}

/** @param {string} code */
function nameOf(code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** @param {import("answers").Article} one */
const articleKey = (one) => one.url ?? `${one.source} ${one.title}`;

/** @param {import("answers").Article[]} articles */
function draw(articles) {
  keyed(byId("articles"), articles, articleKey, makeArticle);
  show(byId("news-empty"), articles.length === 0);
  say(
    byId("news-empty"),
    byId("news-language").value || byId("news-sentiment").value ? t("news.none") : coinOfPage ? t("news.none.of", { symbol: coinOfPage }) : t("page.nothing"),
  );
}

/**
 * The address of an article when it is one that a browser may open, else null.
 * @param {string | null} text
 */
function address(text) {
  if (!text || !URL.canParse(text)) return null;
  return ["http:", "https:"].includes(new URL(text).protocol) ? text : null;
}

/**
 * @param {import("answers").Article} first
 * @returns {import("page").Part<import("answers").Article>}
 */
function makeArticle(first) {
  const href = address(first.url);
  const headline = href
    ? element("a", { class: "headline", href, target: "_blank", rel: "noopener noreferrer nofollow" })
    : element("span", { class: "headline" });
  const old = age();
  const feeling = element("span", {});
  const tongue = element("span", { class: "tongue" });
  const source = number("");
  const tags = element("span", { class: "tags" });
  const node = element("li", {}, headline, element("p", { class: "facts" }, feeling, source, old, tongue, tags));
  return {
    node,
    update(one) {
      mark(headline, { lang: one.language, dir: "auto", title: one.content });
      say(headline, one.title ?? "");
      mark(feeling, { class: `feeling ${one.sentiment ?? "none"}`, title: one.sentiment_score === null ? null : String(one.sentiment_score) });
      say(feeling, one.sentiment ? `${FEELINGS[one.sentiment] ?? ""} ${t(`sentiment.${one.sentiment}`)}` : `○ ${t("sentiment.none")}`);
      say(source, one.source ?? "");
      setAge(old, one.published_at ?? one.first_seen_at);
      say(tongue, one.language && one.language !== pageLanguage ? nameOf(one.language) : "");
      keyed(tags, (one.tags ?? []).slice(0, TAGS), (tag) => tag, makeTag);
    },
  };
}

/**
 * A coin, which is written in capitals and has a page, or a topic.
 * @param {string} tag
 * @returns {import("page").Part<string>}
 */
const makeTag = (tag) => ({ node: isCoin(tag) ? setCoinLink(coinLink(), tag) : number(tag), update() {} });

/** @param {string} tag */
export const isCoin = (tag) => tag === tag.toUpperCase() && tag !== coinOfPage;
