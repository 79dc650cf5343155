"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value) => (value == null ? "–" : String(Number(value.toPrecision(4))));
  const grid = { stroke: () => ink("--line"), width: 0.5 };
  const colour = (series) => (dark.matches ? series.dark : series.light);

  // A click on a name hides a line; its band goes with it.
  function band(plot, place, change) {
    if (place != null && change.show != null && place % 3 === 1) {
      plot.setSeries(place + 1, { show: change.show }, false);
      plot.setSeries(place + 2, { show: change.show }, false);
    }
  }

  function options(chart, width) {
    const names = [{ label: chart.x.name.split(" (")[0], value: (u, v) => short(v) }];
    const bands = [];
    const paths = chart.step ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
    chart.series.forEach((series, k) => {
      const place = 3 * k + 1;
      const limit = { show: true, stroke: "transparent", width: 0, points: { show: false }, paths, class: "limit" };
      names.push({
        label: series.name,
        stroke: () => colour(series),
        width: 2,
        dash: series.dash,
        paths,
        points: { show: !chart.step, size: 7, fill: () => colour(series) },
        value: (u, v, s, i) =>
          i == null || v == null ? "–" : `${short(v)} (${short(series.low[i])} to ${short(series.high[i])})`,
      });
      names.push({ ...limit, label: `${series.name}, to` }, { ...limit, label: `${series.name}, from` });
      bands.push({ series: [place + 1, place + 2], fill: () => `${colour(series)}33` });
    });
    const axis = { stroke: () => ink("--ink"), grid, ticks: grid, font: "12px system-ui, sans-serif" };
    const label = { labelFont: "13px system-ui, sans-serif", labelSize: 22 };
    return {
      width,
      height: Math.round(Math.min(340, Math.max(280, width * 0.62))),
      series: names,
      bands,
      scales: {
        x: { time: false },
        y: { range: () => chart.y.limits, distr: chart.logarithmic ? 3 : 1 },
      },
      axes: [
        { ...axis, ...label, label: chart.x.name, size: 34 },
        { ...axis, ...label, label: chart.y.name, size: 58, values: (u, ticks) => ticks.map((v) => (v == null ? "" : short(v))) },
      ],
      cursor: { drag: { x: false, y: false }, y: false, points: { show: !chart.step } },
      hooks: { setSeries: [band] },
    };
  }

  function table(chart) {
    const shown = (value) => (value == null || (chart.logarithmic && value <= 0) ? null : value);
    const floor = (value) => (value == null ? null : chart.logarithmic ? Math.max(value, chart.y.limits[0]) : value);
    return [chart.x.values, ...chart.series.flatMap((s) => [s.y.map(shown), s.high.map(floor), s.low.map(floor)])];
  }

  function frame(holder, chart) {
    const box = document.createElement("div");
    box.className = "chart";
    const title = document.createElement("h3");
    title.textContent = chart.title;
    const area = document.createElement("div");
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", `${chart.title}: interactive chart. Left and right arrows read it point by point.`);
    box.append(title, area);
    holder.append(box);
    return [box, area, chart];
  }

  function put(box, area, chart) {
    const plot = new uPlot(options(chart, Math.floor(box.clientWidth)), table(chart), area);
    plot.root.querySelector("canvas").setAttribute("aria-hidden", "true");
    const legend = plot.root.querySelector(".u-legend");
    legend.setAttribute("aria-live", "polite");
    legend.querySelectorAll("tr.limit").forEach((row) => row.remove());
    const last = chart.x.values.length - 1;
    let index = -1;
    const go = (place) => {
      index = Math.min(Math.max(place, 0), last);
      plot.setCursor({ left: plot.valToPos(chart.x.values[index], "x"), top: 10 });
    };
    area.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: last, PageDown: index + 10, PageUp: index - 10 };
      if (event.key in steps) {
        event.preventDefault();
        go(steps[event.key]);
      }
    });
    return [box, plot, chart];
  }

  const plots = [];
  document.querySelectorAll("figure.charted").forEach((figure) => {
    const holder = figure.querySelector(".charts");
    const charts = JSON.parse(figure.querySelector(".chart-data").textContent);
    holder.hidden = false;
    figure.classList.add("live");
    // All frames first: how wide one is depends on how many stand beside it.
    const frames = charts.map((chart) => frame(holder, chart));
    frames.forEach((parts) => plots.push(put(...parts)));
    const hint = document.createElement("p");
    hint.className = "note hint";
    hint.textContent = "Point at a chart, or move to it with Tab and press the arrow keys, to read its values with their intervals.";
    holder.after(hint);
  });
  const fit = () =>
    plots.forEach(([box, plot, chart]) => {
      const { width, height } = options(chart, Math.floor(box.clientWidth));
      if (width !== plot.width) plot.setSize({ width, height });
    });
  let waiting = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(fit);
  });
  dark.addEventListener("change", () => plots.forEach(([, plot]) => plot.redraw(false)));
})();
