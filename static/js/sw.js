// The service worker: keeps the box for proposals within reach without a net, and what is sent from it when
// the sending does not get through. outbox.js sends that later; the form's own key makes it one case, also
// when the first sending arrived and only its answer was lost.
const CACHE = "propose-1";
const PROPOSE = "/improvements/propose/";
const SEND = `${PROPOSE}send/`;

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("unsent", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

async function keep(form) {
  const base = await opened();
  const fields = [...form].filter(([name]) => name !== "csrfmiddlewaretoken");
  const entry = { key: form.get("submission"), person: form.get("outbox"), at: Date.now(), page: PROPOSE, fields };
  await new Promise((resolve, reject) => {
    const change = base.transaction("unsent", "readwrite");
    change.objectStore("unsent").put(entry);
    change.oncomplete = resolve;
    change.onerror = () => reject(change.error);
  });
  base.close();
}

// Sent as it is; what does not get through is kept, and the page says so.
async function send(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    await keep(await copy.formData());
    return Response.redirect(`${PROPOSE}?kept=1`, 303);
  }
}

// From the net while there is one, to be kept; what came last when there is none.
async function fetched(request, name, isKept = true) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (isKept && answer.ok && !answer.redirected) await cache.put(name, answer.clone());
    return answer;
  } catch (error) {
    const last = await cache.match(name);
    if (last) return last;
    throw error;
  }
}

// Only the box is there without a net: what other pages need is not kept.
const isForBox = async (id) => new URL((await clients.get(id))?.url ?? location).pathname === PROPOSE;
const part = async (event) => fetched(event.request, event.request.url, await isForBox(event.clientId));

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === SEND && !search) event.respondWith(send(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate" && pathname === PROPOSE) event.respondWith(fetched(request, PROPOSE));
  else if (pathname.startsWith("/static/")) event.respondWith(part(event));
});
