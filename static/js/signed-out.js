// Browsers keep whole pages for Back, also those of somebody who has signed out since: on a shared device the
// next one must not read them. A page from before the signing out is asked for anew.
const KEY = "signed-out";

addEventListener("submit", (event) => {
  if (event.target.matches("[data-drafts-forget]")) localStorage.setItem(KEY, String(Date.now()));
});

addEventListener("pageshow", (event) => {
  if (!event.persisted || Number(localStorage.getItem(KEY)) < performance.timeOrigin) return;
  document.documentElement.hidden = true;
  location.reload();
});
