// Takes what is selected in a text into the box of passages to mask. Without script they are written there.

const button = document.querySelector("[data-mark-selection]");
const box = document.querySelector("textarea[name=passages]");

function selected() {
  const selection = document.getSelection();
  const within = (node) => node?.parentElement?.closest("[data-markable]");
  if (!selection || selection.isCollapsed || !within(selection.anchorNode) || !within(selection.focusNode)) return [];
  return selection.toString().split("\n").map((line) => line.trim()).filter(Boolean);
}

if (button && box) {
  let kept = [];
  document.addEventListener("selectionchange", () => {
    const lines = selected();
    if (lines.length) kept = lines;
    button.hidden = !kept.length;
  });
  button.addEventListener("click", () => {
    const before = box.value.split("\n").filter(Boolean);
    box.value = [...new Set([...before, ...kept])].join("\n");
    kept = [];
    button.hidden = true;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
