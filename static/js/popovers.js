// Menus and notices open by the browser's own popover. Where it lacks that, this opens and closes them.
if (!("popover" in HTMLElement.prototype)) {
  const close = (except) => {
    for (const box of document.querySelectorAll("[popover].open")) if (box !== except) box.classList.remove("open");
  };

  addEventListener("click", (event) => {
    const button = event.target.closest("[popovertarget]");
    if (button) {
      const box = document.getElementById(button.getAttribute("popovertarget"));
      const open = box.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      close(box);
    } else if (!event.target.closest("[popover]")) {
      close();
    }
  });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
