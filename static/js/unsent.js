// Says on every page that something was kept on this device because there was no net (sw.js), and leads to
// the page that sends it.
import { ask, CACHE, PAGE_OF } from "./outbox-store.js";

const note = document.querySelector("[data-unsent]");
const person = document.body.dataset.person;

async function look() {
  const entries = await ask("readonly", (store) => store.getAll());
  const waiting = entries.find((entry) => entry.person === person && entry.page && !entry.sent);
  if (!waiting || waiting.page === location.pathname) return;
  note.querySelector("a").href = waiting.page;
  note.hidden = false;
}

// The page that is kept for when there is no net is not for whoever signs in after another.
async function forgetOthersPage() {
  const whose = localStorage.getItem(PAGE_OF);
  if (!whose || whose === person || document.querySelector("[data-outbox]")) return;
  await globalThis.caches?.delete(CACHE);
  localStorage.removeItem(PAGE_OF);
}

// A browser that keeps nothing (a private window, say) has nothing to send either.
if (note && globalThis.indexedDB) {
  for (const task of [look(), forgetOthersPage()])
    task.catch((error) => {
      if (!(error instanceof DOMException)) throw error;
    });
}
