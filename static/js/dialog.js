// A dialog that htmx fills: it opens when something has been put into it and is emptied when it closes.
// Without script the same address is a page of its own.
//
//   <a href="/r/…/move/…/" hx-get="/r/…/move/…/" hx-target="#act">  <dialog class="pop dialog" id="act"></dialog>
//   <a href="…" data-dialog-close>                  inside it: closes instead of leaving
addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
});

addEventListener("click", (event) => {
  const dialog = event.target.closest("[data-dialog-close]")?.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});

// The event comes after the closing: a dialog that has been opened again meanwhile keeps what it shows.
addEventListener("close", ({ target }) => {
  if (target.matches("dialog") && !target.open) target.replaceChildren();
}, true);
