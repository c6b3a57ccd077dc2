// The token of a server that wants one: asked for once, kept until the tab is closed.

import { byId, show } from "./elements.js";

const KEY = "crypto_pipeline_token";
/** @type {Promise<void> | null} */
let asking = null;

export const token = () => sessionStorage.getItem(KEY);

/** Wait until the person has given a token. Whoever asks in the meantime waits for the same. */
export function askForToken() {
  asking ??= new Promise((given) => {
    show(byId("token-wrong"), token() !== null);
    const dialog = byId("token-dialog");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    byId("token-form").addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        sessionStorage.setItem(KEY, byId("token").value.trim());
        byId("token").value = "";
        dialog.close();
        asking = null;
        given();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return asking;
}
