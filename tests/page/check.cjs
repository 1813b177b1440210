// Opens a page in headless Chromium and finds what is wrong with it. node check.cjs PAGE.html PAGE.json [SHEETS]
// SHEETS: how many sheets of A4 it may print on.
const fs = require("node:fs");
const path = require("node:path");
const puppeteer = require(path.join(__dirname, "../node_modules/puppeteer-core"));
const axe = fs.readFileSync(path.join(__dirname, "../node_modules/axe-core/axe.min.js"), "utf8");

const [page, json, sheets] = process.argv.slice(2);
const expected = JSON.parse(fs.readFileSync(json, "utf8"));
const faults = [];
const check = (fine, words) => fine || faults.push(words);
const money = text => Number(text.replace(/[^\d.−-]/g, "").replace("−", "-"));
const near = (shown, exact) => Math.abs(money(shown) - Number(exact)) < 0.0051;

async function figures(tab) {
  const text = selector => tab.$eval(selector, found => found.textContent);
  check(near(await text("#saved"), expected.total.saved), `saved: ${await text("#saved")} for ${expected.total.saved}`);
  check(near(await text("#upper-bound"), expected.total.upper_bound), "upper bound");
  const rows = await tab.$$eval("section[aria-labelledby=causes] tbody tr", rows => rows.map(row => [...row.cells].map(cell => cell.textContent)));
  for (const [cause, of] of Object.entries(expected.causes)) {
    const row = rows.find(row => row[0] === cause);
    check(row && near(row[3], of.saved) && near(row[4], of.upper_bound), `cause ${cause}: ${row}`);
  }
  const counts = { "#decisions tbody tr": expected.decisions.length, ".week-table tbody tr": expected.week.resources.length, "section[aria-labelledby=running] tbody tr": expected.running.length, "section[aria-labelledby=needs] tbody tr": expected.needs.length };
  for (const [selector, count] of Object.entries(counts)) {
    const found = (await tab.$$(selector)).length;
    check(found === count, `${selector}: ${found} rows for ${count}`);
  }
  const bars = await tab.$$eval("section[aria-labelledby=days] details tbody tr", rows => rows.length);
  check(bars === expected.days.length, `${bars} days for ${expected.days.length}`);
  await weeks(tab);
  await sums(tab);
  // The days, the unused starts among them, add up to the first figure of the page.
  const last = await tab.$$eval("section[aria-labelledby=days] details tbody tr td:last-child", cells => cells.map(cell => cell.textContent));
  const sum = last.reduce((all, cell) => all + money(cell), 0);
  check(Math.abs(sum - money(await text("#saved"))) <= 0.005 * (last.length + 1), `days of ${sum} for ${await text("#saved")}`);
}

// The hours beside each line of the week are those of the data, and so is what the line is drawn of.
async function weeks(tab) {
  const seconds = (of, names) => names.reduce((all, name) => all + (of.seconds[name] || 0), 0);
  const columns = [["on", "job", "held"], ["off-by-lamplighter"], ["off-by-azure"], ["off-by-person"], ["off-by-others"]];
  const rows = await tab.$$eval(".week-table tbody tr", rows => rows.map(row => ({
    hours: [...row.querySelectorAll("td.n")].map(cell => cell.textContent),
    drawn: [...row.querySelectorAll("rect")].map(rect => rect.getAttribute("class")).join(" "),
  })));
  expected.week.resources.forEach((of, index) => {
    const { hours, drawn } = rows[index];
    check(hours.length === columns.length && columns.every((names, place) => Math.abs(money(hours[place]) - seconds(of, names) / 3600) < 0.0501), `the week of ${of.resource.name}: ${hours}`);
    check(drawn === of.spans.map(span => span.condition).join(" "), `the line of ${of.resource.name}: ${drawn}`);
  });
}

// Months, groups and unusual days stand in their tables as in the data, and those of a thing add up to the page.
async function sums(tab) {
  const text = selector => tab.$eval(selector, found => found.textContent);
  const table = selector => tab.$$eval(`${selector} tbody tr`, rows => rows.map(row => [...row.cells].map(cell => cell.textContent)));
  const shown = { "#spent": expected.spent.spent, "#always-on": expected.spent.always_on, "#could-be-saved": expected.could_be_saved.spent };
  for (const [selector, exact] of Object.entries(shown)) check(near(await text(selector), exact), `${selector}: ${await text(selector)} for ${exact}`);
  const months = await table("section[aria-labelledby=months] details");
  check(months.length === expected.months.length, `${months.length} months for ${expected.months.length}`);
  expected.months.forEach((month, index) => {
    const row = months[index];
    const fits = month.recorded ? near(row[1], month.spent.spent) && near(row[4], month.figures.saved) && near(row[5], month.figures.upper_bound) : row.length === 2;
    check(fits, `month ${month.month}: ${row}`);
  });
  const groups = await tab.$$eval("section[aria-labelledby=origin] details", folds => folds.map(fold => [...fold.querySelectorAll("tbody tr")].map(row => [...row.cells].map(cell => cell.textContent))));
  check(groups.length === expected.groups.length && groups.length === 7, `${groups.length} groups`);
  expected.groups.forEach((group, index) => {
    check(group.rows.every((row, place) => near(groups[index][place][2], row.spent.spent) && near(groups[index][place][4], row.saved)), `by ${group.by}: ${groups[index][0]}`);
    const sum = group.rows.reduce((all, row) => all + Number(row.spent.spent), 0);
    check(group.count > group.rows.length || Math.abs(sum - Number(expected.spent.spent)) < 0.01, `by ${group.by}: ${sum} for ${expected.spent.spent}`);
  });
  const recommended = expected.recommended;
  if (recommended) {
    const rows = await table("section[aria-labelledby=recommended]");
    check(rows.length === recommended.tags.length + recommended.findings.length, `${rows.length} rows of tags and findings`);
    check(recommended.tags.every((one, index) => rows[index][1].includes(one.tags[0]) && (one.month === null || near(rows[index][3].split(recommended.currency)[0], one.month.amount))), `tags: ${rows[0]}`);
    const sum = await tab.$("#recommended-month");
    check(!sum || near(await text("#recommended-month"), recommended.month), "what tags save together");
  }
  const unusual = expected.outlook.unusual.length;
  check((await table("section[aria-labelledby=unusual]")).length === unusual, `unusual days for ${unusual}`);
  const rate = expected.outlook.run_rate;
  check(!rate || (await text("#run-rate")).includes("spent") && near((await text("#run-rate strong")), rate.spent), "the run rate");
  const forecast = expected.outlook.forecast;
  check(!forecast || near((await text("#forecast")).split(": ")[1].split(" (")[0], forecast.spent.expected), "the forecast");
}

// Days are folded; a filter unfolds those that have what is looked for, and an empty one folds them again.
async function filter(tab) {
  const [first] = expected.decisions;
  const open = () => tab.$$eval("#decisions details", folds => folds.filter(fold => fold.open).length);
  const before = await open();
  await tab.type("#filter", `${first.reason} ${first.resource.workspace} `);
  const shown = await tab.$$eval("#decisions tbody tr", rows => rows.filter(row => row.checkVisibility()).map(row => row.textContent));
  check(shown.length > 0 && shown.every(text => text.includes(first.reason) && text.includes(first.resource.workspace)), `the filter shows ${shown.length} rows`);
  await tab.$eval("#filter", field => { field.value = ""; field.dispatchEvent(new Event("input")); });
  check(await open() === before, "days stay unfolded after the filter");
}

// Nothing is wider than the screen or its cell, no text is smaller than 11 px, and only a phone has rows as blocks.
async function fits(tab, width) {
  await tab.setViewport({ width, height: 900 });
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(wide <= 0, `${wide} px too wide at ${width} px`);
  const { cut, small, blocks } = await tab.evaluate(() => {
    document.querySelectorAll("details:not([open])").forEach(fold => { fold.open = true; fold.dataset.closed = "yes"; });
    const seen = element => element.checkVisibility();
    const shown = [...document.querySelectorAll("body *")].filter(seen);
    const cells = shown.filter(one => ["TH", "TD", "LI", "P", "CAPTION", "SPAN"].includes(one.tagName));
    const cut = cells.filter(one => !one.closest(".stack thead") && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 40));
    const size = one => parseFloat(getComputedStyle(one).fontSize) * (one.ownerSVGElement ? one.getScreenCTM().a : 1);
    const written = shown.filter(one => one.tagName !== "title" && [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()));
    const small = written.filter(one => size(one) < 11).map(one => `${one.textContent.slice(0, 20)}: ${size(one)} px`);
    const blocks = shown.filter(one => one.tagName === "TR" && getComputedStyle(one).display !== "table-row").length;
    document.querySelectorAll("[data-closed]").forEach(fold => { fold.open = false; delete fold.dataset.closed; });
    return { cut, small, blocks };
  });
  check(cut.length === 0, `cut at ${width} px: ${cut.slice(0, 5).join(" | ")}`);
  check(small.length === 0, `small at ${width} px: ${small.slice(0, 5).join(" | ")}`);
  check(width < 560 || blocks === 0, `${blocks} rows are blocks at ${width} px`);
  // What stands under the bars does not run together.
  const plots = await tab.$$eval(".plot svg[role=img]", plots => plots.map(plot => [...plot.querySelectorAll("text")].filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect()).map(({ left, right }) => ({ left, right }))));
  for (const labels of plots)
    check(labels.length > 0 && labels.every(({ left, right }, index) => left >= 0 && right <= width && (index === 0 || left > labels[index - 1].right)), `labels of bars run together at ${width} px`);
}

async function keyboard(tab) {
  await tab.keyboard.press("Tab");
  check(await tab.evaluate(() => document.activeElement.classList.contains("skip")), "the first stop of the keyboard skips to the report");
}

// Every row of every table stands on one sheet: rows are drawn whole, and heads are drawn again.
async function print(tab) {
  await tab.emulateMediaType("print");
  const cut = await tab.evaluate(() => {
    const style = element => getComputedStyle(element);
    const rows = [...document.querySelectorAll("tr")].filter(row => style(row).breakInside !== "avoid").length;
    const heads = [...document.querySelectorAll("thead")].filter(head => style(head).display !== "table-header-group").length;
    const folded = [...document.querySelectorAll("section[aria-labelledby=days] details table")].filter(table => !table.checkVisibility({ contentVisibilityAuto: true })).length;
    return { rows, heads, folded };
  });
  check(cut.rows + cut.heads + cut.folded === 0, `in print: ${JSON.stringify(cut)}`);
  // A4 in CSS pixels, less margins of a centimetre.
  await tab.setViewport({ width: 718, height: 1047 });
  const wide = await tab.evaluate(() => [...document.querySelectorAll("table, svg")].filter(one => one.getBoundingClientRect().right > window.innerWidth + 1).length);
  check(wide === 0, `${wide} tables or pictures are wider than a sheet`);
  const margin = { top: "10mm", right: "10mm", bottom: "10mm", left: "10mm" };
  const pdf = Buffer.from(await tab.pdf({ format: "A4", margin, printBackground: true, outline: true })).toString("latin1");
  const pages = pdf.match(/\/Type \/Page\b/g).length;
  check(pages <= Number(sheets || Infinity), `${pages} sheets`);
  // An outline names each heading's place in points from the foot: under it there is room for what it is about.
  const headings = [...pdf.matchAll(/\/XYZ [\d.-]+ ([\d.-]+)/g)].map(place => Number(place[1]));
  check(headings.length >= 8, `${headings.length} headings in the outline`);
  const low = headings.filter(top => top < 28 + 50).length;
  check(low === 0, `${low} headings stand alone at the foot of a sheet`);
  await tab.emulateMediaType("screen");
}

async function main() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const tab = await browser.newPage();
  tab.on("console", line => ["error", "warn"].includes(line.type()) && faults.push(`console: ${line.text()}`));
  tab.on("pageerror", error => faults.push(`error: ${error.message}`));
  tab.on("dialog", dialog => { faults.push(`a tag ran: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("request", request => request.url().startsWith("file://") || faults.push(`fetched ${request.url()}`));
  await tab.setViewport({ width: 1280, height: 900 });
  await tab.goto(`file://${page}`);
  await figures(tab);
  await keyboard(tab);
  await filter(tab);
  for (const width of [390, 768, 1280]) await fits(tab, width);
  await print(tab);
  // axe comes into a world of its own, past the page's policy, which lets nothing in.
  for (const scheme of ["light", "dark"]) {
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.setBypassCSP(true);
    await tab.reload();
    await tab.evaluate(axe);
    // Rows of a table are alike: axe would look at each of two thousand.
    await tab.evaluate(rows => document.querySelectorAll("tbody").forEach(body => [...body.rows].slice(rows).forEach(row => row.remove())), 25);
    const found = await tab.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations.filter(one => ["serious", "critical"].includes(one.impact)))
      faults.push(`${scheme}, axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`);
  }
  await browser.close();
  faults.forEach(fault => console.log(fault));
  process.exit(faults.length ? 1 : 0);
}

main().catch(error => { console.log(error); process.exit(1); });
