// Lets the browser work while the person writes, so that no robot fills in the form in bulk (qms/proof.py):
//   <form data-proof-worker="…/proof-worker.js" data-proof-bits="14">
//     <input type="hidden" name="ticket"> <input type="hidden" name="proof">
// Who sends before the work is done waits a moment. Where the browser cannot (no secure connection) the form
// goes without, and the server asks for more patience.
const work = (form) => {
  const { ticket, proof } = form.elements;
  const worker = new Worker(form.dataset.proofWorker);
  let waiting = null;
  worker.onmessage = ({ data }) => {
    proof.value = data;
    worker.terminate();
    if (waiting) form.requestSubmit(waiting.submitter);
  };
  // In the capture phase: before the guard against double taps takes note of the sending.
  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || proof.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { submitter: event.submitter };
      event.submitter?.setAttribute("aria-busy", "true");
    },
    { capture: true },
  );
  worker.postMessage({ ticket: ticket.value, bits: Number(form.dataset.proofBits) });
};

// After the draft has come back, which may bring the form's own ticket with it.
addEventListener("load", () => {
  if (!globalThis.crypto?.subtle) return;
  for (const form of document.querySelectorAll("form[data-proof-worker]")) work(form);
});
