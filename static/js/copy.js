// A button copies what a field holds:
//   <input id="link" readonly> <button type="button" data-copy="link" data-text-copied="Copied">…</button>
// Where the browser keeps the clipboard to itself the text is marked, ready to be copied by hand.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  if (!navigator.clipboard) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch (error) {
    if (error instanceof DOMException) return;
    throw error;
  }
  button.querySelector("[role=status]").textContent = button.dataset.textCopied;
});
