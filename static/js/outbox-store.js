// What the service worker (sw.js, which can import nothing everywhere) kept on this device because there was no
// net: one entry for each sending, under the key of its form.
export const CACHE = "propose-1"; // as in sw.js
export const PAGE_OF = "outbox-page-of"; // whose page is in it: who opens that later sends in their name

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("unsent", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

// What `question` of the kept entries is answered with.
export async function ask(mode, question) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const asked = question(base.transaction("unsent", mode).objectStore("unsent"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    base.close();
  }
}
