// A double tap sends a form once. The guard lets go after a while and when the page is shown again, so
// that a sending that failed can be tried anew; the button is never disabled (it may carry a value).
const AGAIN = 8000;

const release = (form) => {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-busy");
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-delete]")) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), AGAIN);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) release(form);
});
