/* What the theme leaves out for screen readers and keyboards; marks lists of facts; puts a filter over the list of
   indicators. Without it every page reads the same and every row is shown. */
"use strict";
for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.setAttribute("aria-level", "2");
for (const [name, label] of [["sidebar-drawer", "Pages"], ["toc-drawer", "On this page"]]) {
  const drawer = document.querySelector(`aside.${name}`);
  if (drawer) drawer.setAttribute("aria-label", label);
}
for (const part of document.querySelectorAll("pre, .table-wrapper, .formula")) {
  if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
}
for (const table of document.querySelectorAll("table.docutils")) {
  const head = table.querySelector("thead");
  if (head && head.textContent.trim() === "") table.classList.add("facts");
}
const list = document.querySelector("#indicator-catalogue table.docutils");
if (list) {
  const rows = [...list.querySelectorAll("tbody tr")];
  const box = document.createElement("div");
  box.className = "filter";
  box.innerHTML = '<label for="find">Show indicators with the words</label><input id="find" type="search" autocomplete="off"><p role="status"></p>';
  const wrapper = list.closest(".table-wrapper") || list;
  wrapper.before(box);
  const input = box.querySelector("input");
  const status = box.querySelector("p");
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      count += !row.hidden;
    }
    status.textContent = `${count} of ${rows.length} indicators`;
  };
  input.addEventListener("input", show);
  show();
}
