"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Switches between models and scales: every variant is in the page, one is shown.
  const chosen = { model: "both", scale: "natural" };
  const matches = (element) => ["model", "scale"].every((key) => !element.dataset[key] || element.dataset[key] === chosen[key]);
  const show = () => all("[data-model], [data-scale]").forEach((element) => { element.hidden = !matches(element); });
  all(".switches").forEach((element) => { element.hidden = false; });
  all(".switches input").forEach((input) => {
    input.checked = chosen[input.name] === input.value;
    input.addEventListener("change", () => { chosen[input.name] = input.value; show(); });
  });
  show();

  const themes = document.getElementById("theme");
  if (themes) themes.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // Sorting: ascending, descending, the order of the records. Empty cells stay at the end.
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.n !== undefined ? Number(cell.dataset.n) : cell.textContent.trim();
  };
  const compare = (a, b, sign) => {
    if ((a === "") !== (b === "")) return a === "" ? 1 : -1;
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)));
  };
  all("table.sortable").forEach((table) => {
    const body = table.tBodies[0], rows = [...body.rows];
    all("thead th", table).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[heading.getAttribute("aria-sort")] || "ascending";
        all("thead th", table).forEach((other) => other.removeAttribute("aria-sort"));
        if (next !== "none") heading.setAttribute("aria-sort", next);
        const sorted = next === "none" ? rows : [...rows].sort((a, b) => compare(value(a, column), value(b, column), next === "ascending" ? 1 : -1));
        body.append(...sorted);
      });
    });
  });

  // Details of a mark under the pointer or the focus; the row of the same study lights up.
  const hint = document.createElement("div");
  hint.className = "hint";
  hint.hidden = true;
  document.body.append(hint);
  const rowsOf = (name) => all("table.sortable tbody tr").filter((row) => row.cells[0].textContent === name);
  const light = (name, on) => rowsOf(name).forEach((row) => row.classList.toggle("lit", on));
  const place = (x, y) => {
    hint.style.left = Math.max(4, Math.min(x + 12, innerWidth - hint.offsetWidth - 8)) + "px";
    hint.style.top = Math.max(4, y + 16 + hint.offsetHeight > innerHeight ? y - hint.offsetHeight - 8 : y + 16) + "px";
  };
  all("main svg g > title").forEach((title) => {
    const group = title.parentElement, text = title.textContent;
    title.remove();  // the browser's own tooltip would cover ours
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "img");
    group.setAttribute("aria-label", text);
    const study = text.slice(0, text.lastIndexOf(": "));
    const open = (x, y) => { hint.textContent = text; hint.hidden = false; place(x, y); light(study, true); };
    const close = () => { hint.hidden = true; light(study, false); };
    group.addEventListener("pointermove", (event) => open(event.clientX, event.clientY));
    group.addEventListener("pointerleave", close);
    group.addEventListener("focus", () => { const box = group.getBoundingClientRect(); open(box.left + box.width / 2, box.bottom - 12); });
    group.addEventListener("blur", close);
  });

  all("details.code").forEach((block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      const pre = block.querySelector("pre"), range = document.createRange();
      range.selectNodeContents(pre);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(pre.textContent).then(done, () => {});
      else if (document.execCommand("copy")) done();
    });
    block.append(button);
  });

  // Paper has no folds.
  addEventListener("beforeprint", () => all("details:not([open])").forEach((block) => { block.open = true; block.dataset.folded = ""; }));
  addEventListener("afterprint", () => all("details[data-folded]").forEach((block) => { block.open = false; delete block.dataset.folded; }));
})();
