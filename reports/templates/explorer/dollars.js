// The section on the dollar: which case is shown, the flow that is asked for, tables and downloads.

const LEAST = 760; // narrower, the labels of the columns would meet: the picture is then moved sideways

function currentCase(state) {
  return data.dollars.cases.find((each) => each.name === state.case) ?? data.dollars.cases[0];
}

function showDollar() {
  const chosen = currentCase(page.state);
  if (!chosen) return;
  byId("case").value = chosen.name;
  byId("case-finding").textContent = chosen.finding;
  byId("case-note").textContent =
    `Means of 4,000 draws, which add up; in brackets 90 % ranges. Owners keep profits; investors cover losses, so that more is paid than is earned. Not in it: ${chosen.leaves_out}`;
  const room = page.paper || Math.max(byId("flows").parentElement.clientWidth, LEAST);
  flowFigure(byId("flows"), data, chosen, room, (k) => flowSays(byId("flow-says"), byId("flow-numbers"), chosen, k));
  flowSays(byId("flow-says"), byId("flow-numbers"), chosen, 0);
  if (byId("flow-all").open) flowTable(byId("flow-rows"), chosen);
}

function buildDollars() {
  if (!data.dollars.cases.length) return;
  byId("case").append(...data.dollars.cases.map((each) => element("option", { value: each.name }, `${each.title}, paid in ${each.paid}`)));
  byId("case").addEventListener("change", () => {
    page.state.case = byId("case").value;
    showDollar();
    link();
  });
  byId("flow-all").addEventListener("toggle", () => flowTable(byId("flow-rows"), currentCase(page.state)));
  const stem = () => `fourlayers-dollar-${currentCase(page.state).name}`;
  byId("save-flows-csv").addEventListener("click", () => save(`${stem()}.csv`, "text/csv", flowCsv(currentCase(page.state), data)));
  byId("save-flows-svg").addEventListener("click", () =>
    save(`${stem()}.svg`, "image/svg+xml", svgText(byId("flows"), currentCase(page.state).finding)),
  );
}
