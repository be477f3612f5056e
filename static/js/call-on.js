// Suggests whom to call on while somebody writes "@" and a name. The names are buttons after the box: Tab
// reaches them, Enter puts the name in, Escape puts them away. A failed question suggests nothing.
//
//   <div data-call-on="text" data-url="…" data-text="{n} to choose among"><p role="status"></p><ul hidden></ul></div>
const PAUSE = 250;
const CALL = /(?<![\p{L}\p{N}_@])@(\p{L}[\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]*)?)$/u;

function watch(place) {
  const box = place.closest("form").elements[place.dataset.callOn];
  const list = place.querySelector("ul");
  const status = place.querySelector("[role=status]");
  let timer;
  let asked;

  const show = (markup) => {
    list.innerHTML = markup;
    const count = list.children.length;
    list.hidden = count === 0;
    status.textContent = count ? place.dataset.text.replace("{n}", count) : "";
  };
  const called = () => CALL.exec(box.value.slice(0, box.selectionStart));

  const ask = async () => {
    asked?.abort();
    const found = called();
    if (!found) {
      show("");
      return;
    }
    asked = new AbortController();
    const url = new URL(place.dataset.url, location.href);
    url.searchParams.set("q", found[1]);
    try {
      const answer = await fetch(url, { signal: asked.signal });
      if (answer.ok && !answer.redirected) show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // no net
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  list.addEventListener("click", (event) => {
    const name = event.target.closest("[data-call]")?.dataset.call;
    const found = called();
    if (!name || !found) return;
    box.setRangeText(`@${name} `, box.selectionStart - found[0].length, box.selectionStart, "end");
    show("");
    box.focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  place.closest("form").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    show("");
    box.focus();
  });
}

for (const place of document.querySelectorAll("[data-call-on]")) watch(place);
