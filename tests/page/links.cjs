// Follows the first link to another period as a reader who is known by a key in the address. node links.cjs PAGE.html KEY
const path = require("node:path");
const puppeteer = require(path.join(__dirname, "../node_modules/puppeteer-core"));

const [page, key] = process.argv.slice(2);

async function main() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const tab = await browser.newPage();
  await tab.goto(`file://${page}?code=${key}`);
  // As it would be saved and passed on.
  const kept = await tab.evaluate(() => document.documentElement.outerHTML);
  await Promise.all([tab.waitForNavigation(), tab.click("#beside a[rel=prev]")]);
  const followed = new URL(tab.url()).search;
  await browser.close();
  console.log(JSON.stringify({ kept: kept.includes(key), followed }));
}

main().catch(error => { console.log(error); process.exit(1); });
