// Toasts stay until they are closed. One comes with the page, or from an htmx answer with the header
// HX-Trigger: {"toast": "Saved"}. They are laid in again after loading, so that screen readers say them.
const region = document.getElementById("toasts");
const model = document.getElementById("toast-model");

region.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".toast").remove());

addEventListener("toast", (event) => {
  const toast = model.content.cloneNode(true);
  toast.querySelector("p").textContent = event.detail.value;
  region.append(toast);
});

setTimeout(() => region.append(...region.children), 100);
