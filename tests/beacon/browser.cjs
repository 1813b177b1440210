// A person at a notebook: opens it in a real browser and runs its first cell, then does what each line of input says.
//   node browser.cjs URL       lines: "run", "open URL", each answered with one line when it is done
const readline = require("node:readline");
const puppeteer = require("puppeteer-core");

// JupyterLab and Notebook 7, then Notebook 6.
const CELL = ".jp-Notebook .jp-CodeCell .cm-content, .jp-Notebook .jp-CodeCell .CodeMirror, #notebook .code_cell .CodeMirror";
// Where each shows that a kernel is there.
const READY = ".jp-Notebook-ExecutionIndicator:not([data-status=disconnected]):not([data-status=unknown]), #kernel_indicator_icon, .jp-NotebookKernelStatus";

async function main() {
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  process.on("exit", () => browser.process().kill("SIGKILL"));
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  page.on("dialog", (dialog) => dialog.accept());
  page.setDefaultTimeout(300000);
  const open = async (url) => {
    await page.goto(url, { waitUntil: "load" });
    await page.waitForSelector(CELL, { visible: true });
    await page.waitForSelector(READY);
  };
  const run = async () => {
    await page.click(CELL);
    await page.keyboard.down("Shift");
    await page.keyboard.press("Enter");
    await page.keyboard.up("Shift");
  };
  await open(process.argv[2]);
  console.log("there");
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [word, url] = line.split(" ");
    await (word === "run" ? run() : open(url));
    console.log("done");
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
