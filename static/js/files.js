// Says which files are chosen, and before sending that one is too large. Files cannot be kept as drafts,
// so leaving the page with a chosen file asks first.
const MEGA = 1_000_000;
const unsent = new Set();

addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const field = input.closest("[data-file]");
  if (!field) return;
  const files = [...input.files];
  const limit = Number(input.dataset.maxBytes ?? Infinity);
  const tooLarge = files.find((file) => file.size > limit);
  const sentence = field.dataset.textTooLarge;
  input.setCustomValidity(
    tooLarge ? sentence.replace("{name}", tooLarge.name).replace("{limit}", String(Math.floor(limit / MEGA))) : "",
  );
  field.querySelector("[data-file-names]").textContent = input.validationMessage || files.map((file) => file.name).join(", ");
  field.toggleAttribute("data-invalid", Boolean(tooLarge));
  if (files.length > 0) unsent.add(input);
  else unsent.delete(input);
});

addEventListener("submit", (event) => {
  for (const input of unsent) if (event.target.contains(input)) unsent.delete(input);
});

addEventListener("beforeunload", (event) => {
  if ([...unsent].some((input) => input.isConnected)) event.preventDefault();
});
