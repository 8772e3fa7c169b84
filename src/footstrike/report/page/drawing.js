// Drawing: a plot in its place, drawn anew when colours or width change, and the line that follows the video.

const OVER_TIME = ["foot_angle", "shank_angle", "timing", "cadence"];
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false };
let printing = false;

/** Draw one plot, or draw it anew; a width may be given, else that of its place. */
function draw(name, width) {
  const place = document.getElementById(`plot-${name}`);
  if (!place) return;
  const wide = width || place.clientWidth;
  const plot = PLOTS[name](wide);
  const first = !place.classList.contains("js-plotly-plot");
  Plotly.react(place, plot.traces, { ...plot.layout, width: wide }, CONFIG);
  if (first) {
    place.on("plotly_click", (event) => { if (event.points[0].customdata) go(event.points[0].customdata); });
    place.on("plotly_relayout", () => moveCursors(cursorTime));
  }
  place.dataset.width = wide;
  moveCursors(cursorTime);
}

function drawAll(width) {
  for (const name of Object.keys(PLOTS)) draw(name, width);
}

let cursorTime = null;

function moveCursors(time) {
  cursorTime = time ?? null;
  for (const name of OVER_TIME) {
    const place = document.getElementById(`plot-${name}`);
    const made = place && place._fullLayout;
    if (!made || !made.xaxis) continue;
    let line = place.querySelector(".cursor");
    if (!line) {
      line = document.createElement("div");
      line.className = "cursor";
      place.append(line);
    }
    const [first, last] = made.xaxis.range;
    line.hidden = cursorTime === null || cursorTime < first || cursorTime > last;
    if (line.hidden) continue;
    line.style.left = `${made.xaxis._offset + made.xaxis.d2p(cursorTime)}px`;
    line.style.top = `${made._size.t}px`;
    line.style.height = `${made._size.h}px`;
  }
}
