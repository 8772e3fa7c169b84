// The plots: what is drawn in each, in the page's own colours.

const MOST_POINTS = 1500;
const MOST_ERROR_BARS = 400;
const LETTER_PX = 7; // of the small titles, on average
const BESIDE_PX = 28; // a panel's title begins above the numbers beside the panel
const SYMBOL = { left: "circle", right: "diamond" };
const FEET = ["left", "right"];
const picked = evenly(steps, MOST_POINTS);

function evenly(items, most) {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round(i * (items.length - 1) / (most - 1))]);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function footColour(foot) {
  return colour(data.feet[foot] ? "near" : "far");
}

function see(hex, alpha) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

function axis(title, more = {}) {
  return {
    title: { text: title, standoff: 8 }, color: colour("soft"), gridcolor: colour("rule"), linecolor: colour("rule"),
    zerolinecolor: colour("soft"), automargin: true, ...more,
  };
}

function layout(height, more) {
  return {
    height, margin: { l: 48, r: 12, t: 28, b: 40 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: colour("ink") },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 }, itemclick: false, itemdoubleclick: false },
    hovermode: "closest", hoverlabel: { bgcolor: colour("sheet"), bordercolor: colour("soft"), font: { color: colour("ink"), size: 13 } },
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom", ...more,
  };
}

function errorBars(items, name) {
  return {
    type: "data", array: items.map((step) => step[`${name}_se`] ?? 0), visible: picked.length <= MOST_ERROR_BARS,
    color: see(colour("ink"), 0.45), thickness: 1, width: 0,
  };
}

function outlined(more) {
  return { size: 9, line: { color: colour("ink"), width: 0.8 }, ...more };
}

/** Points of one measure, one trace for each foot and type of strike that was seen. */
function landingTraces(name, unit) {
  const traces = [];
  for (const foot of FEET) {
    for (const [strike, fill] of Object.entries(data.colours.strike)) {
      const mine = picked.filter((step) => step.foot === foot && step.strike === strike && step[name] !== null);
      if (!mine.length) continue;
      traces.push({
        type: "scatter", mode: "markers", name: filled(words.plots.landing, { foot: words.foot[foot], strike: words.strike[strike] }), x: mine.map((step) => step.time), y: mine.map((step) => step[name]),
        error_y: errorBars(mine, name), marker: outlined({ symbol: SYMBOL[foot], color: fill }), customdata: mine.map((step) => step.number),
        text: mine.map((step) => `${describe(step)}<br>${withError(step[name], step[`${name}_se`], unit)}`),
        hoverinfo: "text",
      });
    }
  }
  return traces;
}

function signed(value, digits = 1) {
  return value.toFixed(digits).replace("-", "−");
}

function withError(value, se, unit) {
  return `${signed(value)}${unit}${se === null ? "" : ` ± ${se.toFixed(1)}${unit}`}`;
}

function level(y, dash) {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color: colour("soft"), width: 1, dash }, layer: "below" };
}

function span(y0, y1, alpha) {
  return { type: "rect", xref: "paper", x0: 0, x1: 1, y0, y1, fillcolor: see(colour("band"), alpha), line: { width: 0 }, layer: "below" };
}

function note(y, text, yanchor) {
  return { xref: "paper", x: 1, xanchor: "right", y, yanchor, text, showarrow: false, font: { size: 11, color: colour("soft") } };
}

const PLOTS = {
  foot_angle: () => ({
    traces: landingTraces("foot_angle", "°"),
    layout: layout(320, {
      xaxis: axis(words.plots.time, { zeroline: false }), yaxis: axis(words.plots.foot_angle.y),
      ...cutOffs(),
    }),
  }),
  shank_angle: () => {
    const [p5, p20, p50, p80, p95] = data.reference.here;
    return {
      traces: landingTraces("shank_angle", "°"),
      layout: layout(320, {
        xaxis: axis(words.plots.time, { zeroline: false }), yaxis: axis(words.plots.shank_angle.y),
        shapes: [span(p5, p95, 0.12), span(p20, p80, 0.16), level(p50, "solid")],
      }),
    };
  },
  speed: speedPlot,
  timing: timingPlot,
  cadence: cadencePlot,
  sides: sidesPlot,
  drift: driftPlot,
  cycle: cyclePlot,
};

/** The angles that part the classes, where the classifier has such. */
function cutOffs() {
  if (!data.cut_offs) return {};
  const { above, below } = data.cut_offs;
  return {
    shapes: [level(above, "dash"), level(below, "dash")],
    annotations: [note(above, words.plots.foot_angle.above, "bottom"), note(below, words.plots.foot_angle.below, "top")],
  };
}

function bandTraces(x, low, high, alpha, name) {
  const edge = { type: "scatter", mode: "lines", x, line: { width: 0 }, hoverinfo: "skip" };
  return [
    { ...edge, y: low, showlegend: false },
    { ...edge, y: high, fill: "tonexty", fillcolor: see(colour("band"), alpha), name, showlegend: Boolean(name) },
  ];
}

function speedPlot() {
  const { speeds, bands: [p5, p20, p50, p80, p95] } = data.reference;
  const traces = [
    ...bandTraces(speeds, p5, p95, 0.14, words.plots.band_wide), ...bandTraces(speeds, p20, p80, 0.2, words.plots.band_middle),
    { type: "scatter", mode: "lines", x: speeds, y: p50, line: { color: colour("soft"), width: 1.5 }, name: words.plots.median, hoverinfo: "skip" },
  ];
  if (data.speed.value !== null) {
    for (const [foot, { value, se }] of Object.entries(data.shank_means)) {
      traces.push({
        type: "scatter", mode: "markers", name: words.foot[foot], x: [data.speed.value], y: [value], marker: outlined({ size: 12, symbol: SYMBOL[foot], color: footColour(foot) }),
        error_y: { type: "data", array: [se], color: footColour(foot) }, error_x: { type: "data", array: [data.speed.se], color: footColour(foot) },
        text: [filled(words.plots.value, { foot: words.foot[foot], value: withError(value, se, "°") })], hoverinfo: "text",
      });
    }
  }
  return { traces, layout: layout(320, { xaxis: axis(words.plots.speed.x, { zeroline: false }), yaxis: axis(words.plots.shank_angle.y, { zeroline: false }) }) };
}

function footTrace(foot, name, unit, more) {
  const mine = picked.filter((step) => step.foot === foot && step[name] !== null);
  return {
    type: "scatter", mode: "markers", name: words.foot[foot], x: mine.map((step) => step.time), y: mine.map((step) => step[name]), error_y: errorBars(mine, name),
    marker: { size: 8, symbol: SYMBOL[foot], color: footColour(foot) }, customdata: mine.map((step) => step.number),
    text: mine.map((step) => `${describe(step)}<br>${signed(step[name], 0)} ± ${(step[`${name}_se`] ?? 0).toFixed(0)} ${unit}`), hoverinfo: "text", ...more,
  };
}

function timingPlot() {
  return {
    traces: FEET.flatMap((foot) => [
      footTrace(foot, "duration", words.unit.ms, { yaxis: "y" }), footTrace(foot, "flight", words.unit.ms, { yaxis: "y2", showlegend: false }),
    ]),
    layout: layout(420, {
      xaxis: axis(words.plots.time, { zeroline: false, anchor: "y2" }), yaxis: axis(words.plots.timing.contact, { domain: [0.54, 1], zeroline: false }),
      yaxis2: axis(words.plots.timing.flight, { domain: [0, 0.46], zeroline: false }),
    }),
  };
}

function cadencePlot() {
  const shown = evenly(data.intervals, MOST_POINTS);
  const mean = data.cadence.value;
  return {
    traces: FEET.map((foot) => {
      const mine = shown.filter(([number]) => byNumber.get(number).foot === foot);
      return {
        type: "scatter", mode: "markers", name: words.foot[foot], x: mine.map((row) => row[1]), y: mine.map((row) => row[2]), customdata: mine.map((row) => row[0]),
        marker: { size: 8, symbol: SYMBOL[foot], color: footColour(foot) },
        text: mine.map((row) => filled(words.plots.step_foot_value, { number: row[0], foot: words.foot[foot], value: row[2].toFixed(0) })), hoverinfo: "text",
      };
    }),
    layout: layout(280, {
      xaxis: axis(words.plots.time, { zeroline: false }), yaxis: axis(words.plots.cadence.y, { zeroline: false }),
      shapes: mean === null ? [] : [level(mean, "dash")],
    }),
  };
}

/** Small panels side by side, each with its own scale. */
function panelDomains(count, columns, gapX, gapY) {
  const rows = Math.ceil(count / columns);
  const width = (1 - gapX * (columns - 1)) / columns, height = (1 - gapY * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, i) => {
    const x = (i % columns) * (width + gapX), y = 1 - Math.floor(i / columns) * (height + gapY);
    return { x: [x, Math.min(1, x + width)], y: [Math.max(0, y - height), y] };
  });
}

function sidesPlot(width) {
  const columns = width < 520 ? 2 : 3;
  const rows = Math.ceil(data.sides.length / columns), gapX = 0.13;
  const letters = ((width - 52) * (1 - gapX * (columns - 1)) / columns + BESIDE_PX) / LETTER_PX;
  const titles = data.sides.map((side) => `${wrapped(filled(words.plots.label, side), letters)}<br>${filled(words.plots.sides.difference, side)}`);
  const titlePx = 6 + 16 * Math.max(...titles.map((title) => title.split("<br>").length));
  const gapPx = titlePx + 34, panelsPx = rows * 150 + (rows - 1) * gapPx;
  const domains = panelDomains(data.sides.length, columns, gapX, gapPx / panelsPx);
  const made = layout(titlePx + panelsPx + 30, { showlegend: false, annotations: [], margin: { l: 40, r: 12, t: titlePx, b: 30 } });
  const traces = [];
  data.sides.forEach((side, i) => {
    const k = i ? String(i + 1) : "";
    made[`xaxis${k}`] = axis("", { domain: domains[i].x, anchor: `y${k}`, range: [-0.6, 1.6], tickvals: [0, 1], ticktext: FEET.map((foot) => words.foot[foot]), showgrid: false, zeroline: false, fixedrange: true });
    made[`yaxis${k}`] = axis("", { domain: domains[i].y, anchor: `x${k}`, zeroline: false, nticks: 5 });
    made.annotations.push({
      xref: "paper", yref: "paper", x: domains[i].x[0], y: domains[i].y[1], xanchor: "left", xshift: -BESIDE_PX, yanchor: "bottom", showarrow: false,
      text: titles[i], align: "left", font: { size: 12, color: colour("soft") },
    });
    FEET.forEach((foot, place) => {
      const one = side.feet[foot];
      const mine = evenly(one.steps.filter((row) => row[1] !== null), 200);
      const onAxes = { type: "scatter", mode: "markers", xaxis: `x${k}`, yaxis: `y${k}`, hoverinfo: "text" };
      traces.push({
        ...onAxes, x: mine.map((_, j) => place - 0.22 + 0.12 * ((j * 0.618) % 1)), y: mine.map((row) => row[1]), customdata: mine.map((row) => row[0]),
        marker: { size: 5, color: see(footColour(foot), 0.55) }, text: mine.map((row) => filled(words.plots.step_value, { number: row[0], value: signed(row[1], 2) })),
      }, {
        ...onAxes, x: [place + 0.1], y: [one.mean], error_y: { type: "data", array: [2 * (one.se ?? 0)], color: footColour(foot), thickness: 2, width: 5 },
        marker: outlined({ size: 10, symbol: SYMBOL[foot], color: footColour(foot) }), text: [filled(words.plots.value, { foot: words.foot[foot], value: `${signed(one.mean, 2)} ± ${(one.se ?? 0).toFixed(2)}` })],
      });
    });
  });
  return { traces, layout: made };
}

function driftPlot(width) {
  const rows = [...data.drift].reverse();
  const narrow = width < 520;
  const labels = rows.map((row) => narrow ? wrapped(row.label, 23) : row.label);
  const far = Math.max(4, ...rows.map((row) => Math.abs(row.errors) + 2.3));
  return {
    traces: [{
      type: "scatter", mode: narrow ? "markers" : "markers+text", x: rows.map((row) => row.errors), y: labels, error_x: { type: "constant", value: 2, color: see(colour("ink"), 0.45), thickness: 1, width: 0 },
      marker: outlined({ size: 9, color: rows.map((row) => Math.abs(row.errors) > 2 ? colour("accent") : colour("sheet")) }),
      text: rows.map((row) => row.words), textposition: "top center", textfont: { size: 11, color: colour("soft") },
      hovertext: rows.map((row) => filled(words.plots.drift.value, row)), hoverinfo: "text",
    }],
    layout: layout(70 + (narrow ? 48 : 34) * rows.length, {
      margin: { l: 10, r: 12, t: 12, b: 40 }, xaxis: axis(narrow ? wrapped(words.plots.drift.x, 12) : words.plots.drift.x, { range: [-far, far] }), yaxis: axis("", { showgrid: true, zeroline: false, tickfont: { size: narrow ? 11 : 13 } }),
      shapes: [{ type: "rect", yref: "paper", y0: 0, y1: 1, x0: -2, x1: 2, fillcolor: see(colour("band"), 0.14), line: { width: 0 }, layer: "below" }],
    }),
  };
}

function wrapped(text, most) {
  return text.split(" ").reduce((lines, word) => {
    if (lines.length && (lines.at(-1) + word).length < most) lines[lines.length - 1] += ` ${word}`; else lines.push(word);
    return lines;
  }, []).join("<br>");
}

function cyclePlot(width) {
  const { percent, feet } = data.cycle;
  const side = width >= 620;
  const domains = panelDomains(3, side ? 3 : 1, 0.11, 0.16);
  const made = layout(side ? 330 : 720, { shapes: [] });
  const traces = [];
  [words.plots.cycle.knee, words.plots.cycle.shank, words.plots.cycle.foot].forEach((title, i) => {
    const k = i ? String(i + 1) : "";
    made[`xaxis${k}`] = axis(side && i !== 1 ? "" : words.plots.cycle.x, { domain: domains[i].x, anchor: `y${k}`, zeroline: false, range: [0, 100], dtick: 25 });
    made[`yaxis${k}`] = axis(title, { domain: domains[i].y, anchor: `x${k}` });
    for (const curve of feet) {
      const on = { xaxis: `x${k}`, yaxis: `y${k}`, x: percent, type: "scatter", mode: "lines", legendgroup: curve.foot };
      const edge = (sign) => curve.mean[i].map((value, j) => (value === null || curve.sd[i][j] === null ? value : value + sign * curve.sd[i][j]));
      traces.push(
        { ...on, y: edge(-1), line: { width: 0 }, hoverinfo: "skip", showlegend: false },
        { ...on, y: edge(1), line: { width: 0 }, fill: "tonexty", fillcolor: see(footColour(curve.foot), 0.2), hoverinfo: "skip", showlegend: false },
        { ...on, y: curve.mean[i], name: words.foot[curve.foot], showlegend: i === 0, line: { color: footColour(curve.foot), width: 2.2, dash: curve.foot === "left" ? "solid" : "dash" },
          hovertemplate: `${filled(words.plots.cycle.at, { foot: words.foot[curve.foot], percent: "%{x:.0f}", angle: "%{y:.0f}" })}<extra></extra>` },
      );
      made.shapes.push({ type: "line", xref: `x${k}`, yref: `y${k} domain`, x0: curve.toe_off, x1: curve.toe_off, y0: 0, y1: 1, line: { color: footColour(curve.foot), width: 1, dash: "dot" } });
    }
  });
  return { traces, layout: made };
}
