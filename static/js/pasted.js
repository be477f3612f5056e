// What is pasted, as the editor is to read it. Word's first headings stand on the level of a page's own; its lists
// are paragraphs with a sign before each, their depth in the style.

const DEPTH = /mso-list:\s*\S+\s+level(\d)/i;
const NUMBERED = /^\s*(\d+(\.\d+)*[.)]?|\p{L}{1,4}[.)])\s*$/u;
const DEEPEST = 4; // level of a heading

function level(page) {
  const further = page.querySelector("h1") ? 1 : 0;
  for (const heading of page.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const leveled = page.createElement(`h${Math.min(Number(heading.localName[1]) + further, DEEPEST)}`);
    leveled.append(...heading.childNodes);
    heading.replaceWith(leveled);
  }
}

// Makes lists of the paragraphs that Word calls a list.
function list(page) {
  let open = []; // the lists one is within, the outermost first
  for (const line of page.querySelectorAll("p[data-style*='mso-list' i]")) {
    const depth = Number(DEPTH.exec(line.dataset.style)?.[1]);
    if (!depth) continue;
    const sign = line.querySelector("[data-style*='mso-list:Ignore' i]");
    const kind = NUMBERED.test(sign?.textContent ?? "") ? "ol" : "ul";
    sign?.remove();
    if (line.previousElementSibling !== open[0]) open = [];
    open.length = Math.min(depth, open.length);
    if (open.length === depth && open.at(-1).localName !== kind) open.pop();
    if (open.length < depth) {
      const made = page.createElement(kind);
      if (open.length) open.at(-1).lastElementChild.append(made);
      else line.before(made);
      open.push(made);
    }
    const item = page.createElement("li");
    item.append(line);
    open.at(-1).append(item);
  }
}

// No style is kept, and the content policy has each reported that is read as one.
function unstyled(html) {
  const plain = html.replace(/<style[\s\S]*?<\/style>/gi, "");
  return plain.replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
}

// Takes out the pictures that are not kept here, with the paragraph that held nothing else; says how many.
function unpictured(page) {
  const strange = [...page.images].filter((picture) => new URL(picture.src, location.href).origin !== location.origin);
  for (const picture of strange) {
    const line = picture.closest("p");
    picture.remove();
    if (line && !line.textContent.trim() && !line.querySelector("img")) line.remove();
  }
  return strange.length;
}

// `lost` is told how many pictures did not come along.
export function pasted(html, lost) {
  const page = new DOMParser().parseFromString(unstyled(html), "text/html");
  level(page);
  list(page);
  lost(unpictured(page));
  return page.body.innerHTML;
}
