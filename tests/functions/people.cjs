// Opens links of notices in headless Chromium. node people.cjs look|press URL...
// look: as a scanner does, which runs scripts and presses nothing. press: as an owner does, without scripts.
// With SHOTS, pictures of the pages go into that folder.
const fs = require("node:fs");
const path = require("node:path");
const puppeteer = require(path.join(__dirname, "../node_modules/puppeteer-core"));
const axe = fs.readFileSync(path.join(__dirname, "../node_modules/axe-core/axe.min.js"), "utf8");

const [how, ...links] = process.argv.slice(2);
const faults = [];
const check = (fine, words) => fine || faults.push(words);
let shots = 0;

// Nothing is wider than the screen, nothing is cut, buttons are large enough for a finger, no text is tiny.
async function fits(tab, width, scheme, words) {
  await tab.setViewport({ width, height: 800 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const found = await tab.evaluate(() => {
    const shown = [...document.querySelectorAll("body *")].filter(one => one.checkVisibility());
    const cut = shown.filter(one => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 40));
    const small = shown.filter(one => parseFloat(getComputedStyle(one).fontSize) < 13).length;
    const low = [...document.querySelectorAll("button")].filter(one => one.getBoundingClientRect().height < 44).length;
    return { wide: document.documentElement.scrollWidth - window.innerWidth, cut, small, low };
  });
  check(found.wide <= 0, `${words}: ${found.wide} px too wide at ${width} px`);
  check(found.cut.length + found.small + found.low === 0, `${words} at ${width} px: ${JSON.stringify(found)}`);
  if (process.env.SHOTS) await tab.screenshot({ path: path.join(process.env.SHOTS, `${++shots}-${words}-${width}-${scheme}.png`), fullPage: true });
}

async function looked(tab, words) {
  for (const width of [390, 1280]) for (const scheme of ["light", "dark"]) await fits(tab, width, scheme, words);
}

// axe comes into the page past its policy, which lets nothing in.
async function accessible(browser, link) {
  const tab = await browser.newPage();
  await tab.setBypassCSP(true);
  for (const scheme of ["light", "dark"]) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.goto(link);
    await tab.evaluate(axe);
    const found = await tab.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    for (const one of found.violations.filter(one => ["serious", "critical"].includes(one.impact)))
      faults.push(`${scheme}, axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`);
  }
  await tab.close();
}

async function press(browser, link) {
  const tab = await browser.newPage();
  await tab.setJavaScriptEnabled(false);
  const opened = await tab.goto(link);
  check(opened.status() === 200, `${opened.status()} for a link`);
  await looked(tab, "ahead");
  const [after] = await Promise.all([tab.waitForNavigation(), tab.click("button[value='2h']")]);
  check(after.status() === 200 && after.request().method() === "POST", `${after.status()} after the press`);
  const title = await tab.title();
  check(title.includes("is kept on until"), `after the press: ${title}`);
  check(new URL(tab.url()).search === "", "the token stays in the address after the press");
  await looked(tab, "kept");
  const again = await tab.goto(link);
  check(again.status() === 200 && (await tab.title()).includes("is kept on"), "the link after the press");
  await looked(tab, "again");
  await tab.close();
}

async function main() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const asked = [];
  browser.on("targetcreated", async target => {
    const tab = await target.page();
    if (tab) tab.on("request", request => asked.push(request.url()));
    if (tab) tab.on("console", line => ["error", "warn"].includes(line.type()) && !(line.location().url || "").includes("favicon") && faults.push(`console: ${line.text()}`));
  });
  for (const link of links) {
    if (how === "press") {
      await accessible(browser, link);
      await press(browser, link);
    } else {
      const tab = await browser.newPage();
      const opened = await tab.goto(link, { waitUntil: "networkidle0" });
      check(opened.status() === 200, `${opened.status()} for a link`);
      for (const next of await tab.$$eval("a[href]", all => all.map(one => one.href))) await tab.goto(next, { waitUntil: "networkidle0" });
      await tab.close();
    }
  }
  const own = new URL(links[0]).origin;
  const foreign = asked.filter(url => !url.startsWith(own) && !url.startsWith("about:"));
  check(links.length > 0 && foreign.length === 0, `asked elsewhere: ${foreign.slice(0, 3).join(" ")}`);
  await browser.close();
  faults.forEach(fault => console.log(fault));
  process.exit(faults.length ? 1 : 0);
}

main().catch(error => { console.log(error); process.exit(1); });
