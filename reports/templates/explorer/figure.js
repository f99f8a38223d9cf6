// The picture: one row a node, one mark and one range a side, the call in words at the end.

const SVG = "http://www.w3.org/2000/svg";

function draw(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function number(x) {
  return Number.isNaN(x) ? "not scored" : x.toFixed(1).replace("-", "\u2212");
}

function withRange(found) {
  if (Number.isNaN(found.value)) return "not scored";
  const range = Number.isNaN(found.low) ? "" : ` (${found.low.toFixed(0)} to ${found.high.toFixed(0)})`;
  return number(found.value) + range;
}

/** The call in words, as in `United States likely ahead`; none is less sure than that of the data alone. */
function callWords(found, names, alone = " by the data alone") {
  if (found.call === "not scored" || found.call === "no call") return found.call;
  return `${names[found.side]} ${found.call}${found.alone ? alone : ""}`;
}

/** Rows to be drawn, the whole first and each layer before its pillars. */
function rowsOf(data, state, pillars) {
  const rows = [{ code: "overall", title: "Overall", depth: 0 }];
  for (const layer of data.tree) {
    rows.push({ code: layer.code, title: layer.title, depth: 1 });
    if (pillars) for (const pillar of layer.pillars) rows.push({ code: pillar.code, title: pillar.title, depth: 2 });
  }
  const weight = { overall: 1, ...state.layers, ...state.pillars };
  return rows.map((row) => ({ ...row, weight: weight[row.code] }));
}

/** Where things stand for a width: labels above the track where there is little room. */
function sheetFor(width, rows) {
  const narrow = width < 620;
  const left = narrow ? 8 : 190;
  const right = narrow ? 8 : width < 740 ? 245 : 275;
  const step = narrow ? 54 : 34;
  return { narrow, left, right, step, width, height: 30 + step * rows.length, top: 26 };
}

function place(sheet, score) {
  return sheet.left + (Math.max(0, Math.min(100, score)) / 100) * (sheet.width - sheet.left - sheet.right);
}

function axis(svg, sheet) {
  for (const tick of [0, 25, 50, 75, 100]) {
    const x = place(sheet, tick);
    svg.append(draw("line", { x1: x, x2: x, y1: 20, y2: sheet.height - 4, class: "grid" }));
    const anchor = tick === 0 ? "start" : tick === 100 ? "end" : "middle";
    svg.append(draw("text", { x, y: 12, class: "tick", "text-anchor": anchor }, tick));
  }
}

/** One side of one row: its range, its mark, and a target that is wide enough to hit. */
function mark(sheet, y, side, found, label, pick) {
  const group = draw("g", { class: `mark ${side}`, tabindex: 0, role: "button", "aria-label": label });
  if (!Number.isNaN(found.low)) {
    group.append(
      draw("line", { x1: place(sheet, found.low), x2: place(sheet, found.high), y1: y, y2: y, class: "range" }),
    );
  }
  const x = place(sheet, found.value);
  group.append(draw("rect", { x: x - 12, y: y - 9, width: 24, height: 18, class: "target" }));
  const form =
    side === "a"
      ? draw("circle", { cx: x, cy: y, r: 5.5, class: "form" })
      : draw("path", { d: `M${x} ${y - 6.5}L${x + 6.5} ${y}L${x} ${y + 6.5}L${x - 6.5} ${y}Z`, class: "form" });
  group.append(form);
  group.addEventListener("click", pick);
  group.addEventListener("focus", () => pick("focus"));
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pick();
    }
  });
  return group;
}

/** Write the longest form of some texts that there is room for in each, else the last: all have the same form. */
function fit(places) {
  const forms = Math.max(0, ...places.map((each) => each.texts.length));
  for (let form = 0; form < forms; form += 1) {
    places.forEach((each) => { each.node.textContent = each.texts[form]; });
    if (places.every((each) => each.node.getComputedTextLength() <= each.room)) return;
  }
}

/** Draw the whole picture into its place. */
function figure(svg, rows, sheet, told, pick) {
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${sheet.width} ${sheet.height}`);
  svg.setAttribute("height", sheet.height);
  axis(svg, sheet);
  const calls = rows.map((row, k) => {
    const base = sheet.top + sheet.step * k;
    const y = base + (sheet.narrow ? 34 : 16);
    const line = told(row);
    const faded = row.weight > 0 ? "" : " off";
    const group = draw("g", { class: `row depth${row.depth}${faded}` });
    const label = `${row.title}${row.weight > 0 ? "" : " (weight 0)"}`;
    const x = sheet.narrow ? sheet.left : sheet.left - 12;
    const anchor = sheet.narrow ? "start" : "end";
    const name = draw("text", { x, y: sheet.narrow ? base + 12 : y + 4, "text-anchor": anchor, class: "label" }, label);
    group.append(name);
    group.append(
      draw("line", { x1: place(sheet, 0), x2: place(sheet, 100), y1: y, y2: y, class: "track" }),
      ...["b", "a"]
        .filter((side) => !Number.isNaN(line[side].value))
        .map((side) => mark(sheet, y + (side === "a" ? -4 : 4), side, line[side], line.labels[side], (how) => pick(row, how))),
    );
    const end = sheet.narrow ? [sheet.width - 8, base + 12, "end"] : [sheet.width - sheet.right + 14, y + 4, "start"];
    const call = draw("text", { x: end[0], y: end[1], "text-anchor": end[2], class: `call ${line.side}` });
    group.append(call);
    svg.append(group);
    const room = sheet.narrow ? sheet.width - 28 - name.getComputedTextLength() : sheet.right - 14;
    return { node: call, texts: line.calls, room };
  });
  if (sheet.narrow) calls.forEach((each) => fit([each]));
  else fit(calls);
}
