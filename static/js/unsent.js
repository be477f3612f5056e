// Says on every page that something was kept on this device because there was no net (sw.js), and leads to
// the page that sends it.
const note = document.querySelector("[data-unsent]");
const person = document.body.dataset.person;

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("unsent", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

async function look() {
  const base = await opened();
  const asked = base.transaction("unsent", "readonly").objectStore("unsent").getAll();
  asked.onsuccess = () => {
    const waiting = asked.result.find((entry) => entry.person === person && entry.page && !entry.sent);
    if (waiting && waiting.page !== location.pathname) {
      note.querySelector("a").href = waiting.page;
      note.hidden = false;
    }
    base.close();
  };
}

// A browser that keeps nothing (a private window, say) has nothing to send either.
if (note && globalThis.indexedDB) {
  look().catch((error) => {
    if (!(error instanceof DOMException)) throw error;
  });
}
