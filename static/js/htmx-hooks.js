// What htmx leaves to the page: a calm sentence when a request fails, the way to sign in again when the
// session has ended, and the focus after a swap. All words stand in templates/ui/_trouble.html.
const trouble = document.getElementById("trouble");

const say = (key) => {
  trouble.textContent = trouble.dataset[`text${key}`] ?? trouble.dataset.textError;
  trouble.hidden = false;
};

addEventListener("htmx:sendError", () => say("Network"));
addEventListener("htmx:timeout", () => say("Timeout"));
addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status));
addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) trouble.hidden = true;
});

// A refusal carries its own sentence: it is shown where the answer was to go.
addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.getResponseHeader("X-Refusal")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// A request without a session is answered with the sign-in page: that belongs in the window, not in a part.
addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL, location.href);
  if (answered.pathname !== trouble.dataset.login || location.pathname === trouble.dataset.login) return;
  event.detail.shouldSwap = false;
  location.assign(`${trouble.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

addEventListener("htmx:afterSettle", (event) => event.detail.elt.querySelector("[data-focus]")?.focus());
