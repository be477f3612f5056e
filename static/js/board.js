// Dragging a card to another column opens what its menu has for that column; the menu does the same by keyboard.
//
//   <div data-board data-text-nowhere="…">  <section data-lane="doing">  <li data-ticket> … <a data-to="doing">
//   <p role="status" data-board-status>
const board = document.querySelector("[data-board]");
const status = document.querySelector("[data-board-status]");
let dragged = null;

for (const ticket of board.querySelectorAll("[data-ticket]")) ticket.draggable = true;

const laneOf = (node) => node.closest?.("[data-lane]");
const stepsTo = (lane) => [...dragged.querySelectorAll("[data-to]")].filter((step) => step.dataset.to === lane.dataset.lane);
const unmark = () => board.querySelectorAll("[data-drop]").forEach((lane) => delete lane.dataset.drop);

board.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-ticket]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
});

board.addEventListener("dragover", (event) => {
  const lane = dragged && laneOf(event.target);
  if (!lane || lane === laneOf(dragged)) return;
  event.preventDefault();
  unmark();
  lane.dataset.drop = stepsTo(lane).length ? "yes" : "no";
});

board.addEventListener("drop", (event) => {
  const lane = dragged && laneOf(event.target);
  if (!lane || lane === laneOf(dragged)) return;
  event.preventDefault();
  const steps = stepsTo(lane);
  if (steps.length === 1) steps[0].click();
  else if (steps.length) dragged.querySelector("[popover]").showPopover({ source: dragged.querySelector("[popovertarget]") });
  else status.textContent = board.dataset.textNowhere;
});

board.addEventListener("dragend", () => {
  unmark();
  dragged = null;
});

// The step stands in a dialog now: the menu would lie over it.
addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "act") document.querySelectorAll("[popover]:popover-open").forEach((box) => box.hidePopover());
});
