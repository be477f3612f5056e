// Writing with headings, lists and tables in place of the markup: <textarea data-editor> within
// <div class="editor" data-labels='{"bold": "Bold", …}'>. Without script the textarea holds the markup itself.
import {
  Blockquote, Bold, BulletList, Document, Editor, HardBreak, Heading, History, Image, Italic, Link, ListItem,
  OrderedList, Paragraph, Table, TableCell, TableHeader, TableRow, Text, Underline,
} from "../django_prose_editor/editor.js";
import { pasted } from "./pasted.js";

const ACTS = [
  ["bold", (chain) => chain.toggleBold(), "bold"],
  ["italic", (chain) => chain.toggleItalic(), "italic"],
  ["heading", (chain) => chain.toggleHeading({ level: 2 }), "heading", { level: 2 }],
  ["subheading", (chain) => chain.toggleHeading({ level: 3 }), "heading", { level: 3 }],
  ["bullets", (chain) => chain.toggleBulletList(), "bulletList"],
  ["numbers", (chain) => chain.toggleOrderedList(), "orderedList"],
  ["quote", (chain) => chain.toggleBlockquote(), "blockquote"],
  ["link", null, "link"],
  ["picture", null, "image"],
  ["table", (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true })],
  ["row", (chain) => chain.addRowAfter(), null, null, "table"],
  ["column", (chain) => chain.addColumnAfter(), null, null, "table"],
  ["less-row", (chain) => chain.deleteRow(), null, null, "table"],
  ["less-column", (chain) => chain.deleteColumn(), null, null, "table"],
  ["undo", (chain) => chain.undo()],
];

const PAUSE = 250;
const REFERENCE = /^\p{L}{1,10}-\d{4}-\d{1,9}(-\p{L}\d[\d.]*)?$/u;

// Records that fit what is written in `field` are offered there by the browser's own list.
function suggest(field, url) {
  const list = document.createElement("datalist");
  list.id = "editor-links";
  field.after(list);
  let timer;
  let asked;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(url, location.href);
    address.searchParams.set("q", field.value);
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok && !answer.redirected) list.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // no net
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.hasAttribute("list") && !field.value.includes("/")) timer = setTimeout(ask, PAUSE);
  });
  return {
    titleOf: (value) => [...list.options].find((option) => option.value === value)?.dataset.title,
    // The one record that fits what is written, else null. Asked anew: the list may be of earlier words.
    only: async () => {
      clearTimeout(timer);
      list.replaceChildren();
      await ask();
      return list.options.length === 1 ? list.options[0].value : null;
    },
  };
}

// The start of a change to the text, the cursor back in it at once: the editor's own focus() waits for the next
// frame, and a key pressed before that would go nowhere.
function writing(editor) {
  editor.view.focus();
  return editor.chain().scrollIntoView();
}

// The address that `written` is; null where it is none: words of a title.
function addressOf(written) {
  if (!written || /^(https?:\/\/|mailto:|tel:|#|\/(?![/\\]))\S*$/.test(written)) return written;
  if (REFERENCE.test(written)) return `/r/${written.toUpperCase()}/`;
  return /^www\.\S+$/i.test(written) ? `https://${written}` : null;
}

// A picture is sent by a form of its own, which works without script too, and put in where one writes.
function pictures(form, editor) {
  const said = form.querySelector("[data-picture-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  let sending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    say("");
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (!found?.src) {
        say(found?.errors?.join(" ") ?? form.dataset.textFailed);
        return;
      }
      writing(editor()).setImage({ src: found.src, alt: found.alt }).run();
      form.reset();
      for (const input of form.querySelectorAll("[type=file]")) input.dispatchEvent(new Event("change", { bubbles: true }));
      form.closest("details").open = false;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      say(form.dataset.textFailed);
    } finally {
      sending = false;
    }
  });
}

function toolbar(frame, sheet, labels, editor) {
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
    button.addEventListener("click", () => (act ? act(writing(editor())).run() : ask(name)));
    bar.append(button);
    return { button, mark, attributes, within };
  });

  // Where a link leads, or what a picture shows, is written in a field of the bar's own.
  const field = document.createElement("input");
  let asked = "";
  field.className = "ds-input";
  field.hidden = true;
  bar.append(field);
  const { titleOf, only } = suggest(field, frame.dataset.links);
  const ask = (name) => {
    if (name === "picture" && !editor().isActive("image")) {
      const place = document.getElementById("picture");
      place.open = true;
      place.querySelector("[type=file]").focus();
      return;
    }
    asked = name;
    if (name === "link") field.setAttribute("list", "editor-links");
    else field.removeAttribute("list");
    field.value = (name === "link" ? editor().getAttributes("link").href : editor().getAttributes("image").alt) ?? "";
    field.placeholder = name === "link" ? labels.to : "";
    field.setAttribute("aria-label", name === "link" ? labels.address : labels.words);
    field.setCustomValidity("");
    field.hidden = false;
    field.focus();
  };
  field.addEventListener("input", () => field.setCustomValidity(""));
  // Sets the link and closes the field; where nothing says whereto, the field stays and says so.
  const link = async () => {
    const written = field.value.trim();
    const href = addressOf(written) ?? (await only());
    if (field.hidden || field.value.trim() !== written) return; // left, or written on, meanwhile
    if (href === null) {
      field.setCustomValidity(labels.nowhere);
      field.reportValidity();
      return;
    }
    const chain = writing(editor());
    field.hidden = true;
    const nothing = editor().state.selection.empty && !editor().isActive("link");
    if (href && nothing) {
      const text = titleOf(href) ?? written;
      chain.insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href } }] }).run();
      return;
    }
    const whole = chain.extendMarkRange("link");
    (href ? whole.setLink({ href }) : whole.unsetLink()).run();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      writing(editor()).run();
      field.hidden = true;
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (asked === "link") {
      link();
      return;
    }
    writing(editor()).updateAttributes("image", { alt: field.value.trim() }).run();
    field.hidden = true;
  });
  sheet.before(bar); // below the label
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
  const lost = frame.querySelector("[data-pictures-lost]");
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
      editorProps: {
        attributes: { role: "textbox", "aria-multiline": "true", "aria-label": labels.text, lang: "sv" },
        transformPastedHTML: (html) => pasted(html, (count) => (lost.hidden = !count)),
      },
      onUpdate: ({ editor }) => {
        area.value = editor.isEmpty ? "" : editor.getHTML();
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
      onTransaction: () => show(),
    });
  const editor = make();
  show = toolbar(frame, sheet, labels, () => editor);
  frame.querySelector(".editor-bar").append(lost); // it stays in sight
  const picture = document.querySelector("form[data-picture]");
  if (picture) pictures(picture, () => editor);
  show();
  // A draft that the browser kept is laid into the textarea: show it.
  area.addEventListener("change", () => {
    if (area.value !== editor.getHTML()) editor.commands.setContent(area.value);
  });
}
