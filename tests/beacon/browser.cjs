// A person at a notebook: opens it in a real browser and runs its first cell, then does what each line of input says.
//   node browser.cjs URL       lines: "run", "open URL", each answered with one line when it is done
const readline = require("node:readline");
const puppeteer = require("puppeteer-core");

// JupyterLab and Notebook 7, then Notebook 6.
const CELL = ".jp-Notebook .jp-CodeCell .cm-content, .jp-Notebook .jp-CodeCell .CodeMirror, #notebook .code_cell .CodeMirror";
// Where each shows that a kernel is there. A kernel that is busy when its page is loaded may not be shown for as long.
const READY = ".jp-Notebook-ExecutionIndicator:not([data-status=disconnected]):not([data-status=unknown]), #kernel_indicator_icon, .jp-NotebookKernelStatus";

// It only bounds a failure: a computer may have much else to do.
const LIMIT = 300000;

// Gives a function whose promise is kept when the page next talks to a kernel: its WebSocket is open. Or broken, in time.
async function connections(page) {
  const network = await page.createCDPSession();
  await network.send("Network.enable");
  const urls = new Map();
  let waiting = [];
  network.on("Network.webSocketCreated", ({ requestId, url }) => urls.set(requestId, url));
  network.on("Network.webSocketHandshakeResponseReceived", ({ requestId }) => {
    if (!/\/api\/kernels\/[^/]+\/channels/.test(urls.get(requestId) ?? "")) return;
    waiting.forEach((keep) => keep());
    waiting = [];
  });
  return () => new Promise((keep, refuse) => {
    waiting.push(keep);
    setTimeout(() => refuse(new Error("the page does not talk to its kernel")), LIMIT).unref();
  });
}

async function main() {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM, headless: true, args: ["--no-sandbox", "--disable-gpu"],
    protocolTimeout: LIMIT, // else it ends every wait after three minutes
  });
  process.on("exit", () => browser.process().kill("SIGKILL"));
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  page.on("dialog", (dialog) => dialog.accept());
  page.setDefaultTimeout(LIMIT);
  const connected = await connections(page);
  const open = async (url) => {
    const talks = connected();
    await page.goto(url, { waitUntil: "load" });
    await page.waitForSelector(CELL, { visible: true });
    await talks;
  };
  const run = async () => {
    await page.click(CELL);
    await page.keyboard.down("Shift");
    await page.keyboard.press("Enter");
    await page.keyboard.up("Shift");
  };
  await open(process.argv[2]);
  await page.waitForSelector(READY);
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
