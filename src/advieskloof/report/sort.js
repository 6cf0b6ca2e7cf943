// Every column heading of a sortable table becomes a button that sorts its rows, up and down in turn.
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const words = new Intl.Collator(language, { numeric: true });

  // The first number in a cell, as this language writes it; a cell without one comes last.
  const number = (text) => {
    const plain = language === "nl" ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "");
    const found = plain.replace("−", "-").match(/-?\d+(\.\d+)?/);
    return found && !/^\p{L}/u.test(text) ? Number(found[0]) : null;
  };

  const compare = (a, b, isNumber, sign) => {
    if (!isNumber) return sign * words.compare(a, b);
    const [x, y] = [number(a), number(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return sign * (x - y);
  };

  const sort = (table, heading) => {
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const column = heading.cellIndex;
    const isNumber = heading.classList.contains("number");
    const text = (row) => row.cells[column].textContent.trim();
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => compare(text(a), text(b), isNumber, sign));
    table.tBodies[0].append(...rows);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading));
    }
  }
})();
