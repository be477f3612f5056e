// Writing with headings, lists and tables in place of the markup: <textarea data-editor> within
// <div class="editor" data-labels='{"bold": "Bold", …}'>. Without script the textarea holds the markup itself.
import {
  Blockquote, Bold, BulletList, Document, Editor, HardBreak, Heading, History, Image, Italic, Link, ListItem,
  OrderedList, Paragraph, Table, TableCell, TableHeader, TableRow, Text, Underline,
} from "../django_prose_editor/editor.js";

const ACTS = [
  ["bold", (chain) => chain.toggleBold(), "bold"],
  ["italic", (chain) => chain.toggleItalic(), "italic"],
  ["heading", (chain) => chain.toggleHeading({ level: 2 }), "heading", { level: 2 }],
  ["subheading", (chain) => chain.toggleHeading({ level: 3 }), "heading", { level: 3 }],
  ["bullets", (chain) => chain.toggleBulletList(), "bulletList"],
  ["numbers", (chain) => chain.toggleOrderedList(), "orderedList"],
  ["quote", (chain) => chain.toggleBlockquote(), "blockquote"],
  ["link", null, "link"],
  ["table", (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true })],
  ["row", (chain) => chain.addRowAfter(), null, null, "table"],
  ["column", (chain) => chain.addColumnAfter(), null, null, "table"],
  ["less-row", (chain) => chain.deleteRow(), null, null, "table"],
  ["less-column", (chain) => chain.deleteColumn(), null, null, "table"],
  ["undo", (chain) => chain.undo()],
];

function toolbar(frame, labels, editor) {
  const bar = document.createElement("div");
  bar.className = "editor-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", labels.toolbar);
  const buttons = ACTS.map(([name, act, mark, attributes, within]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ds-button";
    button.dataset.size = "sm";
    button.dataset.variant = "tertiary";
    button.dataset.color = "neutral";
    button.textContent = labels[name];
    button.addEventListener("click", () => (act ? act(editor().chain().focus()).run() : ask()));
    bar.append(button);
    return { button, mark, attributes, within };
  });

  // Where a link leads is written in a field of the bar's own.
  const field = document.createElement("input");
  field.type = "url";
  field.className = "ds-input";
  field.hidden = true;
  field.placeholder = "https://";
  field.setAttribute("aria-label", labels.address);
  bar.append(field);
  const ask = () => {
    field.value = editor().getAttributes("link").href ?? "";
    field.hidden = false;
    field.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.hidden = true;
    if (event.key !== "Enter") return;
    event.preventDefault();
    const chain = editor().chain().focus().extendMarkRange("link");
    (field.value ? chain.setLink({ href: field.value }) : chain.unsetLink()).run();
    field.hidden = true;
  });
  frame.prepend(bar);
  return () => {
    for (const { button, mark, attributes, within } of buttons) {
      if (mark) button.setAttribute("aria-pressed", String(editor().isActive(mark, attributes ?? {})));
      if (within) button.hidden = !editor().isActive(within);
    }
  };
}

for (const area of document.querySelectorAll("textarea[data-editor]")) {
  const frame = area.closest(".editor");
  const labels = JSON.parse(frame.dataset.labels);
  const sheet = document.createElement("div");
  sheet.className = "editor-sheet prose";
  area.before(sheet);
  area.hidden = true;
  let show = () => {};
  const make = () =>
    new Editor({
      element: sheet,
      injectCSS: false, // the content policy allows no style that a script writes
      content: area.value,
      extensions: [
        Document, Paragraph, Text, Bold, Italic, Underline, HardBreak, History, Blockquote, BulletList, OrderedList,
        ListItem, Heading.configure({ levels: [2, 3, 4] }), Image, Link.configure({ openOnClick: false }),
        Table, TableRow, TableHeader, TableCell,
      ],
      editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": labels.text, lang: "sv" } },
      onUpdate: ({ editor }) => {
        area.value = editor.isEmpty ? "" : editor.getHTML();
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
      onTransaction: () => show(),
    });
  const editor = make();
  show = toolbar(frame, labels, () => editor);
  show();
  // A draft that the browser kept is laid into the textarea: show it.
  area.addEventListener("change", () => {
    if (area.value !== editor.getHTML()) editor.commands.setContent(area.value);
  });
}
