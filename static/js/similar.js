// Asks for similar cases while somebody writes, and stays out of the way: too short a text asks nothing, the
// list is left alone while the keyboard is in it, and a slow or failed answer is nobody's concern.
//
//   <div data-similar="10" hx-post="…" hx-trigger="similar"></div>     in a form with the field `text`
const PAUSE = 600;
const place = document.querySelector("[data-similar]");
const box = place.closest("form").elements.text;

let timer;
let asked = "";
const ask = () => {
  const text = box.value.trim();
  if (text === asked || text.length < Number(place.dataset.similar)) return;
  asked = text;
  place.dispatchEvent(new Event("similar"));
};
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
};
box.addEventListener("input", soon);
box.addEventListener("change", soon); // a draft that was brought back
if (box.value) soon();

// What htmx-hooks.js says of a failed request is not for one that nobody has asked for.
for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  place.addEventListener(trouble, (event) => event.stopPropagation());
}
place.addEventListener("htmx:beforeSwap", (event) => {
  event.stopPropagation();
  if (event.detail.target === place && place.contains(document.activeElement)) event.detail.shouldSwap = false;
});
