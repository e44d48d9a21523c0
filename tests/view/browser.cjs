// Looks at the pages of `rlm view` in a real Chromium: node browser.cjs MODULES PLAN.json, answers with JSON on stdout.
"use strict";
const { createRequire } = require("node:module");
const fs = require("node:fs");
const [, , modules, planFile] = process.argv;
const load = createRequire(modules + "/x.js");
const chromium = load("@sparticuz/chromium").default || load("@sparticuz/chromium");
const puppeteer = load("puppeteer-core");
const axe = fs.readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");
const plan = JSON.parse(fs.readFileSync(planFile, "utf8"));
const asked = [], said = [];

const open = async (browser, url, { width = 1280, scheme = "light" } = {}) => {
  const page = await browser.newPage();
  page.on("request", (r) => asked.push(r.url()));
  page.on("console", (m) => { if (m.type() === "error") said.push(m.text()); });
  page.on("pageerror", (e) => said.push(String(e.message)));
  page.on("dialog", (d) => { said.push("dialog"); d.dismiss(); });
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  await until(page, () => document.documentElement.dataset.ready === "1");
  return page;
};
// By hand: what puppeteer offers for it makes functions of strings, which the pages refuse.
const until = async (page, test, ...args) => {
  for (const end = Date.now() + 30000; !(await page.evaluate(test, ...args)); ) {
    if (Date.now() > end) throw new Error(`never: ${test} ${args}`);
    await new Promise((done) => setTimeout(done, 30));
  }
};
const found = (page) => page.$$eval("#hits a", (all) => all.map((a) => ({ text: a.textContent, href: a.getAttribute("href") })));
const type = async (page, words) => {
  await page.keyboard.press("/");
  await until(page, () => document.querySelector("#search").open);
  await page.type("#search input", words);
  await until(page, (w) => document.querySelector("#search").dataset.answered === w, words);
};
const serious = async (page) => {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"], preload: false }));
  return result.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`);
};
const colours = (page) => page.evaluate(() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]; });

const acts = {
  async search(browser) {
    const page = await open(browser, plan.index), answers = {};
    for (const words of plan.queries) {
      await type(page, words);
      answers[words] = await found(page);
      await page.keyboard.press("Escape");
      await until(page, () => !document.querySelector("#search").open); // it closes by and by
      await page.$eval("#search input", (i) => { i.value = ""; });
    }
    await type(page, plan.queries[0]);
    await page.keyboard.press("ArrowDown");
    const picked = await page.$eval("#hits [aria-selected=true]", (a) => a.getAttribute("href"));
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await until(page, () => !!document.querySelector(".here"));
    return { answers, picked, there: page.url(), here: await page.$eval(".here", (e) => e.textContent) };
  },
  async citation(browser) {
    const made = {};
    for (const cited of plan.citations) {
      const page = await open(browser, `${plan.index}#${cited}`);
      await until(page, () => !!document.querySelector(".here"));
      await until(page, () => { const t = document.querySelector(".here").getBoundingClientRect().top; return t >= 0 && t < innerHeight; });
      made[cited] = await page.evaluate(() => ({ url: location.href, text: document.querySelector(".here").textContent, focused: document.activeElement.classList.contains("here"), folded: !!document.querySelector(".here").closest("details:not([open])") }));
      await page.close();
    }
    const page = await open(browser, `${plan.index}#r2-000000000000:1`);
    await until(page, () => document.querySelector("#notice").textContent !== "");
    return { made, unknown: await page.$eval("#notice", (e) => e.textContent) };
  },
  async keys(browser) {
    const page = await open(browser, plan.session), steps = [];
    const at = () => page.evaluate(() => location.hash);
    for (const key of ["j", "j", "k"]) { await page.keyboard.press(key); steps.push(await at()); }
    const folded = () => page.$$eval("main .fold", (all) => all.filter((d) => !d.open).length);
    const before = await folded();
    await page.keyboard.press("e");
    const after = await folded();
    const shown = await page.$eval("pre .ins", (e) => e.checkVisibility());
    await page.keyboard.press("e");
    await page.focus("main .fold > summary");
    await page.keyboard.press("Enter");
    const one = await page.$eval("main .fold", (d) => d.open);
    await page.keyboard.press("?");
    const help = await page.$eval("#help", (d) => d.open);
    return { steps, before, after, shown, again: await folded(), one, help };
  },
  async theme(browser) {
    const page = await open(browser, plan.index), seen = [await colours(page)];
    await page.keyboard.press("t");
    seen.push(await colours(page));
    await page.keyboard.press("t");
    seen.push(await colours(page));
    const system = await open(browser, plan.index, { scheme: "dark" });
    await page.close();
    return { seen, kept: await colours(system), theme: await system.evaluate(() => document.documentElement.dataset.theme) };
  },
  async accessibility(browser) {
    const made = {};
    for (const url of plan.pages) for (const scheme of ["light", "dark"]) {
      const page = await open(browser, url, { scheme, width: scheme === "dark" ? 390 : 1280 });
      await page.evaluate(() => { document.documentElement.dataset.theme = ""; document.querySelectorAll("details").forEach((d) => { d.open = true; }); });
      made[`${url} ${scheme}`] = await serious(page);
      made[`${url} ${scheme} width`] = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await page.close();
    }
    return made;
  },
  async attacks(browser) {
    const made = {};
    for (const url of plan.attacked) {
      const page = await open(browser, url);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
      await page.$$eval("main a[target]", (all) => all.forEach((a) => a.removeAttribute("target")));
      made[url] = await page.evaluate(() => ({
        pwned: window.pwned ?? null,
        scripts: [...document.scripts].filter((s) => !s.nonce).length,
        strange: document.querySelectorAll("iframe,object,embed,base,form,[onerror],[onload],meta[http-equiv=refresh],main style").length,
        links: [...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")),
        pictures: [...document.images].map((i) => i.src.slice(0, 22)),
        turned: /[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.textContent),
      }));
      // The second wall, if an escape were ever forgotten: the page refuses what bears no nonce, and strings as HTML.
      made[url].refused = await page.evaluate(async () => {
        let refused = 0;
        try { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.pwned=2'>"); } catch { refused++; }
        const script = document.createElement("script");
        try { script.text = "window.pwned=3"; document.head.append(script); } catch { refused++; }
        await new Promise((done) => setTimeout(done, 50));
        return [refused, window.pwned ?? null];
      });
      await page.close();
    }
    return made;
  },
  async lists(browser) {
    const made = {};
    for (const [url, rows] of Object.entries(plan.long)) {
      const page = await open(browser, url);
      // What lies in a template is in another document, so that no selector reaches it.
      const count = () => page.$$eval("main .rows > li, main tbody > tr", (all) => all.length), seen = [await count()];
      while (seen.at(-1) < rows) {
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await until(page, (n) => document.querySelectorAll("main .rows > li, main tbody > tr").length > n, seen.at(-1));
        seen.push(await count());
      }
      const last = await page.$$eval("main .rows > li, main tbody > tr", (all) => all.at(-1).textContent);
      made[url] = { seen, last, waiting: await page.$$eval("template.more", (all) => all.length) };
      await page.close();
    }
    return made;
  },
  async measure(browser) {
    const made = { opened: [], searched: {} };
    for (const url of plan.pages) {
      const begun = Date.now(), page = await open(browser, url);
      made.opened.push(Date.now() - begun);
      await page.close();
    }
    const page = await open(browser, plan.index);
    for (const words of plan.queries) {
      await type(page, words);
      const cold = Number(await page.$eval("#search", (d) => d.dataset.ms));
      await page.$eval("#search input", (i) => { i.value = ""; });
      await page.type("#search input", words);
      await until(page, (w) => document.querySelector("#search").dataset.answered === w, words);
      made.searched[words] = { cold, warm: Number(await page.$eval("#search", (d) => d.dataset.ms)), said: await page.$eval("#search .said", (e) => e.textContent) };
      await page.keyboard.press("Escape");
      await until(page, () => !document.querySelector("#search").open); // it closes by and by
      await page.$eval("#search input", (i) => { i.value = ""; });
    }
    const long = await open(browser, plan.session);
    made.frames = await long.evaluate(async () => {
      const times = [];
      let last = performance.now();
      for (let n = 0; n < 60; n++) { scrollBy(0, 400); await new Promise(requestAnimationFrame); const now = performance.now(); times.push(now - last); last = now; }
      return times.sort((a, b) => a - b);
    });
    return made;
  },
};

(async () => {
  // It would otherwise emulate a graphics card: a second after a page has opened, that makes it stand still for seconds.
  chromium.setGraphicsMode = false;
  const args = chromium.args.filter((a) => !/single-process|allow-file-access|disable-web-security/.test(a));
  const browser = await puppeteer.launch({ args, executablePath: await chromium.executablePath(), headless: "shell" });
  const answer = { version: await browser.version() };
  try {
    for (const act of plan.acts) answer[act] = await acts[act](browser);
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify({ ...answer, asked: [...new Set(asked)], said }));
})().catch((e) => { process.stderr.write(String(e.stack || e)); process.exit(1); });
