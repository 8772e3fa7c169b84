// What happens when: opening, turning dark, another width, printing.

const PRINT_WIDTH_PX = 660;
const opened = [];

function whenIdle(act) {
  if (window.requestIdleCallback) requestIdleCallback(act, { timeout: 500 }); else setTimeout(act, 0);
}

/** Draw the plots one after the other, so that the page answers in between. */
function drawInTurn(names) {
  if (!names.length || printing) return;
  draw(names[0]);
  whenIdle(() => drawInTurn(names.slice(1)));
}

function redrawWhereWidthChanged() {
  if (printing) return;
  for (const name of Object.keys(PLOTS)) {
    const place = document.getElementById(`plot-${name}`);
    if (place && place.dataset.width && Number(place.dataset.width) !== place.clientWidth) draw(name);
  }
}

function beforePrint() {
  printing = true;
  document.documentElement.dataset.print = ""; // paper is light
  document.querySelectorAll("details:not([open])").forEach((element) => { element.open = true; opened.push(element); });
  document.querySelectorAll("img[loading=lazy]").forEach((image) => { image.loading = "eager"; });
  drawAll(PRINT_WIDTH_PX);
}

function afterPrint() {
  printing = false;
  delete document.documentElement.dataset.print;
  opened.splice(0).forEach((element) => { element.open = false; });
  drawAll();
}

function start() {
  const hint = document.getElementById("no-script");
  if (hint) hint.hidden = true;
  if (video) startVideo();
  startFilters();
  startTable();
  document.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-go]");
    if (picture) go(Number(picture.dataset.go));
  });
  whenIdle(() => drawInTurn(Object.keys(PLOTS)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (!printing) drawAll(); });
  window.addEventListener("resize", () => whenIdle(redrawWhereWidthChanged));
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
}

start();
