// Sends what the service worker (sw.js) kept because there was no net, once there is one, and says what has
// not been sent yet. All words stand in templates/improvements/_outbox.html; without a script there is none.
import { ask, CACHE, PAGE_OF } from "./outbox-store.js";

const box = document.querySelector("[data-outbox]");
const person = document.body.dataset.person;

// A page that is shown without a net is one from before, and its form's key may have been used.
const USED = "outbox-used";
const used = () => JSON.parse(localStorage.getItem(USED) ?? "[]");
const key = document.querySelector("[name=submission]");
if (key && used().includes(key.value) && globalThis.crypto?.randomUUID) key.value = crypto.randomUUID();
const use = (value) => localStorage.setItem(USED, JSON.stringify([value, ...used()].slice(0, 20)));
addEventListener("submit", (event) => {
  const { submission } = event.target.elements;
  if (submission) use(submission.value);
});
// What the service worker has kept needs no draft any more (draft.js brings drafts back after this).
if (new URLSearchParams(location.search).has("kept")) localStorage.removeItem(sessionStorage.getItem("draft-sent"));

const kept = async () => (await ask("readonly", (store) => store.getAll())).filter((entry) => entry.person === person);
const forget = (key) => ask("readwrite", (store) => store.delete(key));

function line(sentence, text, address) {
  const item = box.querySelector("template").content.cloneNode(true).firstElementChild;
  item.querySelector("[data-sentence]").textContent = box.dataset[sentence];
  item.querySelector("[data-text]").textContent = text;
  const link = item.querySelector("[data-opens]");
  if (address) link.href = address;
  else link.remove();
  if (sentence !== "textSignedOut") item.querySelector("[data-signs-in]").remove();
  box.querySelector("ul").append(item);
  box.hidden = false;
  return item;
}

const textOf = (entry) => entry.fields.find(([name]) => name === "text")[1];

// A server that is down is as good as no net.
async function asked(address, how) {
  const answer = await fetch(address, how);
  if (answer.status >= 500) throw new TypeError(`${address} answered ${answer.status}`);
  return answer;
}

// The page as it is now has the token that this session's forms carry; a session that has ended has none.
async function token() {
  const answer = await asked(box.dataset.page, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// The server wants something else of it (the unit has closed, say): back into the box with the words.
function giveBack(entry) {
  const field = document.querySelector("form [name=text]");
  if (field.value) return false;
  field.value = textOf(entry);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// The address that confirms it; "" when it stays here, null when it was given back.
async function sendOne(entry, secret) {
  const form = new FormData();
  form.append("csrfmiddlewaretoken", secret);
  for (const [name, value] of entry.fields) if (name !== "outbox") form.append(name, value);
  // By another address than the form's own, which the service worker would answer when there is no net.
  const answer = await asked(`${box.dataset.send}?again=1`, { method: "POST", body: form });
  if (answer.status === 422 && giveBack(entry)) return null;
  return answer.ok && answer.redirected ? answer.url : "";
}

async function isUnsent(key) {
  const entry = await ask("readonly", (store) => store.get(key));
  return entry !== undefined && !entry.sent;
}

// The address is the only way back to what was sent without a name: it stays here until it has been opened.
const isNameless = (entry) => entry.fields.some(([name]) => name === "nameless");
function wayBack(entry) {
  const link = line("textPrivate", textOf(entry), entry.sent).querySelector("[data-opens]");
  link.addEventListener("click", () => forget(entry.key));
}
async function keepWayBack({ key, person, at, fields }, address) {
  const entry = { key, person, at, fields: fields.filter(([name]) => name === "text"), sent: address };
  await ask("readwrite", (store) => store.put(entry));
  wayBack(entry);
}

// What waits is shown at once, and sent when no other page of this browser is sending.
async function sendAll() {
  for (const shown of box.querySelectorAll("li")) shown.remove();
  const entries = await kept();
  box.hidden = entries.length === 0;
  for (const entry of entries.filter(({ sent }) => sent)) wayBack(entry);
  pause = SHORTEST;
  await sendNow(entries.filter(({ sent }) => !sent).map((entry) => [entry, line("textUnsent", textOf(entry))]));
}

// Not every net that comes back says so (a wireless one that led nowhere, a server that was down): what did not
// get through is tried again by itself, later and later, and its line stays as it is.
const SHORTEST = 2_000; // ms
const LONGEST = 60_000; // ms
let pause = SHORTEST;
let again;
async function sendNow(waiting) {
  clearTimeout(again);
  if (!waiting.length) return;
  const left = navigator.onLine ? await navigator.locks.request("outbox", () => sendEach(waiting)) : waiting;
  if (!left.length) return;
  again = setTimeout(() => (turn = turn.then(() => sendNow(left))), pause);
  pause = Math.min(pause * 2, LONGEST);
}

// Those that did not get through.
async function sendEach(waiting) {
  const left = [];
  let secret = "";
  for (const [entry, shown] of waiting) {
    try {
      if (await isUnsent(entry.key)) {
        secret ||= await token();
        const address = secret && (await sendOne(entry, secret));
        if (!secret) {
          line("textSignedOut", textOf(entry));
          shown.remove();
          continue;
        }
        if (address === "") continue;
        if (address && isNameless(entry)) await keepWayBack(entry, address);
        else {
          await forget(entry.key);
          line(address ? "textSent" : "textBack", textOf(entry), address);
        }
      }
      shown.remove(); // sent by another page meanwhile, or now
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no net after all
      left.push([entry, shown]);
    }
  }
  box.hidden = !box.querySelector("li");
  return left;
}

// One after the other: each begins by showing anew what waits.
let turn = Promise.resolve();
const start = () => (turn = turn.then(sendAll, sendAll));

// While the browser knows that there is no net the page keeps it by itself: the worker may not be there yet, and
// the page that it would lead to may be gone, because somebody signed out in another tab.
async function keepHere(form, submitter) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  if (submitter?.name) fields.push([submitter.name, submitter.value]);
  const { submission, text, attachments } = form.elements;
  const entry = { key: submission.value, person, at: Date.now(), page: box.dataset.page, fields };
  await ask("readwrite", (store) => store.put(entry));
  use(submission.value);
  history.replaceState(null, ""); // it has the key (draft.js)
  form.reset();
  submission.value = crypto.randomUUID();
  text.value = "";
  for (const field of [text, attachments]) field.dispatchEvent(new Event("change", { bubbles: true }));
  await start();
  box.scrollIntoView({ block: "nearest" });
}

let keepsNothing = !globalThis.indexedDB || !globalThis.crypto?.randomUUID;
function keepWithoutNet(event) {
  const { target: form, submitter } = event;
  if (navigator.onLine || keepsNothing || !form.elements.outbox || !form.elements.text.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keepHere(form, submitter).catch((error) => {
    if (!(error instanceof DOMException)) throw error;
    keepsNothing = true;
    form.requestSubmit(submitter);
  });
}

// The worker comes last: it answers for a sending only when the page that says so, and all that page needs, are kept.
async function keepPage() {
  localStorage.setItem(PAGE_OF, person);
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  const cache = await caches.open(CACHE);
  if (!(await cache.match(box.dataset.page))) {
    const needed = performance.getEntriesByType("resource").map(({ name }) => name);
    await cache.addAll(new Set(needed.filter((name) => new URL(name).pathname.startsWith("/static/"))));
    const page = await fetch(box.dataset.page);
    if (!page.ok || page.redirected) return;
    await cache.put(box.dataset.page, page);
  }
  await navigator.serviceWorker.register(box.dataset.worker);
}

// What an earlier release needed is let go: of the page that is kept now all is here.
async function letGoOld() {
  if (location.pathname !== box.dataset.page) return;
  const cache = await caches.open(CACHE);
  const links = [...document.querySelectorAll("link[href]")].map(({ href }) => href); // the icon is not measured
  const needed = new Set([...links, ...performance.getEntriesByType("resource").map(({ name }) => name)]);
  const old = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/static/") && !needed.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

if (box && "serviceWorker" in navigator) {
  addEventListener("submit", keepWithoutNet, { capture: true });
  keepPage().then(letGoOld).catch((error) => {
    if (!(error instanceof TypeError)) throw error; // no net already: the next time
  });
  addEventListener("online", start);
  start();
}

// Signing out leaves no page behind on a shared device.
addEventListener("submit", (event) => {
  if (event.target.matches("[data-drafts-forget]")) globalThis.caches?.delete(CACHE);
});
