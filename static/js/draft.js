// Keeps unsent text in the browser until the server has confirmed that it has arrived.
//
//   <form data-draft="propose"> … {% include "ui/_draft_status.html" %} … </form>
//   <div data-draft-clear="propose"></div>          on the page that confirms
//   <div data-draft-clear-sent></div>               the same where nobody is known: what this tab sent last
//   <input type="hidden" data-draft-keep>           comes back with the draft, and with Back: the form's own
//                                                   key, by which what is sent again counts as sent once
//   <form data-drafts-forget>                       signing out: nothing stays on a shared device
//
// A draft belongs to one person and one form. It is not cleared when the form is sent, because sending
// may fail: it survives a lost network, an expired session and a closed tab, for a week.
const PREFIX = "draft:";
const WEEK = 7 * 24 * 3600 * 1000;
const PAUSE = 400;
const person = document.body.dataset.person ?? "";
let forgotten = false; // signing out: what was just written goes too
const SENT = "draft-sent";
const keyOf = (name) => `${PREFIX}${person}:${name}`;

const kept = (field) =>
  field.name &&
  field.name !== "csrfmiddlewaretoken" &&
  field.matches(
    "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit]), [data-draft-keep]",
  );

const ticks = (field) => field.type === "radio" || field.type === "checkbox";
const value = (field) => (ticks(field) ? field.checked : field.value);

// What the server put into the field: a draft is only laid over the same starting point it was written on.
const initial = (field) => {
  if (ticks(field)) return field.defaultChecked;
  if (!field.matches("select")) return field.defaultValue;
  const options = [...field.options];
  const chosen = options.find((option) => option.defaultSelected);
  return (chosen ?? (field.multiple ? null : options.find((option) => !option.disabled)))?.value ?? "";
};
const slot = (field) => (ticks(field) ? `${field.name}=${field.value}` : field.name);

// Written here before the form was guarded: the page can be typed in while its scripts are still on their
// way, and htmx takes a moment from putting a form into the page to saying so.
const typed = new WeakSet();
addEventListener("input", ({ target }) => typed.add(target));
const written = (field) => typed.has(field) || (!field.matches("[data-draft-keep]") && value(field) !== initial(field));

function read(key) {
  const stored = localStorage.getItem(key);
  return stored ? JSON.parse(stored) : null;
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && Date.now() - (read(key)?.at ?? 0) > WEEK) localStorage.removeItem(key);
  }
}

function guard(form) {
  const key = keyOf(form.dataset.draft);
  const status = form.querySelector("[data-draft-status]");
  const fields = () => [...form.elements].filter(kept);
  const draft = read(key);

  // A form that comes back with an error begins with what was typed: its draft fits the empty form, too.
  const bases = (field) => {
    const [of, after] = draft?.fields[slot(field)] ?? [[]];
    return after === initial(field) ? [...new Set([...of, after])] : [initial(field)];
  };

  const say = (sentence, at) => {
    if (!status) return;
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    status.hidden = false;
    status.querySelector("span").textContent = status.dataset[sentence].replace("{time}", time);
  };

  let timer;
  const save = () => {
    timer = undefined;
    if (fields().every((field) => value(field) === initial(field) && bases(field).length === 1)) {
      localStorage.removeItem(key);
      return;
    }
    const at = Date.now();
    const entries = fields().map((field) => [slot(field), [bases(field), value(field)]]);
    try {
      localStorage.setItem(key, JSON.stringify({ at, fields: Object.fromEntries(entries) }));
      say("textSaved", at);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      say("textFailed", at); // the browser's storage is full or switched off
    }
  };

  const restore = () => {
    if (!draft) return;
    let restored = false;
    for (const field of fields()) {
      const [of, after] = draft.fields[slot(field)] ?? [];
      if (after === undefined || !of.includes(initial(field)) || value(field) === after) continue;
      if (written(field)) continue; // newer than the draft
      if (ticks(field)) field.checked = after;
      else field.value = after;
      restored = true;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (!restored) return;
    for (const field of keys) field.value = draft.fields[slot(field)]?.[1] ?? field.value;
    say("textKept", draft.at);
  };

  // The key belongs to this entry of the history: Back may load the page anew, and the words come back
  // by themselves.
  const keys = [...form.querySelectorAll("[data-draft-keep]")];
  for (const field of keys) field.value = history.state?.keys?.[slot(field)] ?? field.value;
  restore();
  if (keys.length > 0) {
    const own = Object.fromEntries(keys.map((field) => [slot(field), field.value]));
    history.replaceState({ ...history.state, keys: own }, "");
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  if (fields().some(written)) soon();
  addEventListener("pagehide", () => {
    if (timer && !forgotten) save();
  });
}

function start(root) {
  for (const mark of root.querySelectorAll("[data-draft-clear]")) localStorage.removeItem(keyOf(mark.dataset.draftClear));
  if (root.querySelector("[data-draft-clear-sent]") && sessionStorage.getItem(SENT)) {
    localStorage.removeItem(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
  }
  for (const form of root.querySelectorAll("form[data-draft]:not([data-draft-on])")) {
    form.dataset.draftOn = "";
    guard(form);
  }
}

addEventListener("submit", (event) => {
  if (event.target.matches("[data-draft]")) sessionStorage.setItem(SENT, keyOf(event.target.dataset.draft));
  if (!event.target.matches("[data-drafts-forget]")) return;
  forgotten = true;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
addEventListener("htmx:load", (event) => start(event.target.parentElement ?? event.target));

// Not before htmx has read the page: what comes back may change other parts of it.
addEventListener("DOMContentLoaded", () => {
  forgetOld();
  start(document);
});
