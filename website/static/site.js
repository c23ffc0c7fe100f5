// Small helps for those who have JavaScript. Everything works without them.
"use strict";

// The question beside the results stays open where there is room.
for (const d of document.querySelectorAll("details[data-open-wide]")) {
  const wide = matchMedia("(min-width: 56.01rem)");
  const set = () => { if (wide.matches) d.open = true; };
  set();
  wide.addEventListener("change", set);
}

// "here" fills in the reader's position, only when asked.
for (const b of document.querySelectorAll("[data-locate]")) {
  if (!navigator.geolocation) continue;
  b.hidden = false;
  b.addEventListener("click", () => {
    b.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (p) => { document.getElementById("near").value = `${p.coords.latitude.toFixed(3)}, ${p.coords.longitude.toFixed(3)}`; b.disabled = false; },
      () => { b.disabled = false; b.textContent = "not allowed"; },
      { maximumAge: 600000, timeout: 10000 },
    );
  });
}

// How much room is left in a text.
for (const t of document.querySelectorAll("textarea[data-count][maxlength]")) {
  const out = document.createElement("p");
  out.className = "count";
  out.setAttribute("aria-hidden", "true");
  t.after(out);
  const show = () => {
    const left = t.maxLength - t.value.length;
    out.textContent = left < t.maxLength / 4 ? `${left} characters left` : "";
  };
  t.addEventListener("input", show);
  show();
}

// Empty rows of lists: the last one that is filled in brings the next.
for (const list of document.querySelectorAll("[data-rows]")) {
  if (list.closest("[data-rows] [data-rows]") === list) continue;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "second";
  more.textContent = "Another row";
  more.addEventListener("click", () => {
    const rows = list.querySelectorAll(":scope > .row-item");
    const last = rows[rows.length - 1];
    const from = rows.length - 1, to = rows.length;
    if (to >= 60) return;
    const next = last.cloneNode(true);
    const old = `${list.dataset.rows}.${from}.`, fresh = `${list.dataset.rows}.${to}.`;
    for (const e of next.querySelectorAll("[name], [for], [id], [data-rows]")) {
      for (const a of ["name", "for", "id", "data-rows"]) {
        const v = e.getAttribute(a);
        if (v && v.startsWith(old)) e.setAttribute(a, fresh + v.slice(old.length));
      }
    }
    for (const e of next.querySelectorAll("input, select, textarea")) {
      if (e.type === "hidden") continue;
      if (e.type === "checkbox") e.checked = false; else e.value = "";
    }
    next.querySelectorAll("button, .problem").forEach((b) => b.remove());
    list.append(next);
    next.querySelector("input, select")?.focus();
  });
  list.after(more);
}

// Leaving a form with changes asks first.
for (const f of document.querySelectorAll("form[data-guard]")) {
  let dirty = false;
  f.addEventListener("input", () => { dirty = true; });
  f.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
}
document.getElementById("problem")?.focus();

// A reading of the profile under the pointer or finger.
for (const svg of document.querySelectorAll("svg[data-profile]")) {
  const points = JSON.parse(svg.dataset.profile);
  if (points.length < 2) continue;
  const left = +svg.dataset.left, right = +svg.dataset.right, total = points[points.length - 1].d;
  const cursor = svg.querySelector(".pf-cursor"), line = svg.querySelector(".pf-line");
  const out = document.createElement("p");
  out.className = "reading";
  svg.after(out);
  const xy = line.getAttribute("d").split(/[ML]/).slice(1).map((s) => s.split(" ").map(Number));
  const show = (e) => {
    const box = svg.getBoundingClientRect();
    const x = ((e.clientX - box.left) / box.width) * 760;
    const d = Math.min(total, Math.max(0, ((x - left) / (right - left)) * total));
    let i = 0;
    while (i < points.length - 1 && points[i].d < d) i++;
    cursor.removeAttribute("hidden");
    cursor.setAttribute("transform", `translate(${xy[i][0]} 0)`);
    cursor.querySelector("circle").setAttribute("cy", xy[i][1]);
    out.textContent = points[i].t;
  };
  svg.addEventListener("pointermove", show);
  svg.addEventListener("pointerdown", show);
}

// Maps zoom and pan by changing what part of the picture is shown.
for (const fig of document.querySelectorAll("[data-pan]")) {
  const svg = fig.querySelector("svg[data-map]");
  if (!svg) continue;
  const whole = svg.viewBox.baseVal, w0 = whole.width, h0 = whole.height;
  let x = 0, y = 0, k = 1;
  const fixed = [...svg.querySelectorAll(".mp-north, .mp-scale")];
  const draw = () => {
    x = Math.min(Math.max(x, 0), w0 - w0 / k);
    y = Math.min(Math.max(y, 0), h0 - h0 / k);
    svg.setAttribute("viewBox", `${x} ${y} ${w0 / k} ${h0 / k}`);
    // Arrow and bar would move out of sight; the bar is true at the start only.
    fixed.forEach((g) => g.toggleAttribute("hidden", k > 1));
  };
  const zoom = (f, cx = 0.5, cy = 0.5) => {
    const to = Math.min(8, Math.max(1, k * f));
    x += (w0 / k - w0 / to) * cx;
    y += (h0 / k - h0 / to) * cy;
    k = to;
    draw();
  };
  const tools = document.createElement("div");
  tools.className = "map-tools";
  for (const [text, label, act] of [["+", "Zoom in", () => zoom(1.6)], ["−", "Zoom out", () => zoom(1 / 1.6)]]) {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.setAttribute("aria-label", label);
    b.addEventListener("click", act);
    tools.append(b);
  }
  fig.append(tools);
  svg.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !e.metaKey) return; // plain scrolling stays scrolling
    e.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(e.deltaY < 0 ? 1.25 : 0.8, (e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height);
  }, { passive: false });
  let from = null;
  svg.addEventListener("pointerdown", (e) => { if (k > 1) from = { px: e.clientX, py: e.clientY, x, y, moved: false }; });
  addEventListener("pointermove", (e) => {
    if (!from) return;
    const s = w0 / k / svg.getBoundingClientRect().width;
    x = from.x - (e.clientX - from.px) * s;
    y = from.y - (e.clientY - from.py) * s;
    from.moved ||= Math.hypot(e.clientX - from.px, e.clientY - from.py) > 4;
    draw();
  });
  addEventListener("pointerup", () => { from = null; });
}
