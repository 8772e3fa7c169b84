// The landing sheet's filters, the table of steps and its CSV.

function startFilters() {
  const form = document.getElementById("filters");
  if (!form) return;
  form.hidden = false;
  form.addEventListener("change", () => filterPictures(form));
  filterPictures(form);
}

function filterPictures(form) {
  const chosen = Object.fromEntries(new FormData(form));
  const compare = chosen.part === "compare";
  document.getElementById("thirds").classList.toggle("compare", compare);
  let count = 0;
  document.querySelectorAll(".pictures > li").forEach((item) => {
    const fits = (!chosen.foot || item.dataset.foot === chosen.foot) && (!chosen.strike || item.dataset.strike === chosen.strike);
    item.hidden = !fits;
    if (fits && !(compare && item.closest("[data-part=middle]"))) count += 1;
  });
  document.getElementById("counted").textContent = count ? filled(words.landings.shown[plural(count)], { count }) : words.landings.none;
}

function startTable() {
  const table = document.getElementById("step-table");
  if (!table) return;
  document.getElementById("table-tools").hidden = false;
  document.getElementById("csv").addEventListener("click", downloadCsv);
  table.querySelectorAll("th[data-key]").forEach((head) => {
    buttonIn(head).addEventListener("click", () => sortBy(table, head));
    head.setAttribute("aria-sort", head.dataset.key === "number" ? "ascending" : "none");
  });
  table.classList.add("live");
  table.querySelectorAll("tbody th").forEach((head) => {
    const label = filled(video ? words.landings.goto : words.landings.goto_without_video, { step: head.textContent });
    buttonIn(head).setAttribute("aria-label", label);
  });
  table.addEventListener("click", (event) => {
    const step = event.target.closest("tbody");
    if (step) go(Number(step.dataset.step));
  });
}

/** Turn what a cell says into a button. */
function buttonIn(head) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  return button;
}

function sortBy(table, head) {
  const rising = head.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("th[data-key]").forEach((other) => other.setAttribute("aria-sort", "none"));
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const key = head.dataset.key;
  const valueOf = (step) => byNumber.get(Number(step.dataset.step))[key];
  table.append(...[...table.tBodies].sort((a, b) => compareValues(valueOf(a), valueOf(b), rising)));
}

/** Unknown values come last, whichever way is sorted. */
function compareValues(a, b, rising) {
  if (a === null || b === null) return (a === null) - (b === null);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return rising ? order : -order;
}

function downloadCsv() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data.csv], { type: "text/csv" }));
  link.download = "steps.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
