// The elements of crypto_pipeline/dashboard/*.html that scripts use as more than a plain element, and what goes round between the scripts.

/** Elements by id; whatever is not listed is a plain HTMLElement. */
export interface Elements {
  "add-coin": HTMLInputElement;
  ask: HTMLFormElement;
  attempts: HTMLDialogElement;
  "attempts-close": HTMLButtonElement;
  "chain-chosen": HTMLSelectElement;
  "choose-coin": HTMLFormElement;
  "desk-coin": HTMLInputElement;
  earlier: HTMLButtonElement;
  "funding-more": HTMLButtonElement;
  "funding-source": HTMLSelectElement;
  money: HTMLSelectElement;
  "news-language": HTMLSelectElement;
  "news-more": HTMLButtonElement;
  "news-sentiment": HTMLSelectElement;
  "prices-search": HTMLInputElement;
  provider: HTMLSelectElement;
  query: HTMLTextAreaElement;
  ready: HTMLSelectElement;
  run: HTMLButtonElement;
  "series-chosen": HTMLSelectElement;
  "sources-job": HTMLSelectElement;
  "sources-search": HTMLInputElement;
  "sources-show": HTMLSelectElement;
  "sources-table": HTMLSelectElement;
  theme: HTMLButtonElement;
  token: HTMLInputElement;
  "token-dialog": HTMLDialogElement;
  "token-form": HTMLFormElement;
  "transfers-least": HTMLSelectElement;
  "transfers-more": HTMLButtonElement;
}

/** What an element may hold; null and undefined are left out. */
export type Child = Node | string | null | undefined;

/** Attributes by name; null, undefined and false take one away. */
export type Attributes = Record<string, string | number | boolean | null | undefined>;

/** One item of a list on the page: its element, and how that follows the item. */
export interface Part<Item> {
  node: HTMLElement;
  update(item: Item): void;
}

/** Whether an element can be seen now, and what happens when it comes into sight. */
export interface Sight {
  now: boolean;
  came: () => void;
}

/** What a person must know before they trust a number. */
export interface Notice {
  kind: "error" | "warning" | "plain";
  text: string;
  code?: string;
  lines?: string[];
  lang?: string;
}

/** One part of the page that follows a path. */
export interface Followed {
  path: () => string | null;
  show: (data: any) => unknown;
  trouble: (sentence: string | null) => void;
  every: number;
  sight: Sight | null;
  due: number;
  shown: unknown;
  /** Of its questions only the last is wanted. */
  question: ReturnType<typeof import("../crypto_pipeline/dashboard/scripts/latest.js").latest>;
}
