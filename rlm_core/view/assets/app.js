// What pages of `rlm view` do by themselves: theme, search as you type, citations, folding, keys, lists made as they scroll.
// Archived texts come in as data and go out as text nodes: nothing here makes HTML of a string.
"use strict";
(() => {
  const root = document.documentElement, own = document.currentScript;
  const base = own.dataset.base || "", nonce = own.nonce, alone = own.dataset.alone === "1";
  // Its words in the user's language; the English text is the key, values stand in braces by their names.
  const words = JSON.parse(own.dataset.words || "{}");
  const t = (english, values = {}) => (words[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const stored = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* a file's page may have no storage */ } },
  };
  const theme = stored.get("rlm-theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;

  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const ready = (f) => document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", f) : f();

  // Scripts with data. Only names that we have made ourselves are loaded.
  const DATA = /^data\/(?:places|sessions|words\/[a-z0-9_]{1,6}|heads\/[A-Za-z0-9_.-]{1,120})\.js$/;
  const policy = window.trustedTypes ? trustedTypes.createPolicy("rlm", {
    createScriptURL(url) {
      if (!url.startsWith(base) || !DATA.test(url.slice(base.length))) throw new TypeError("no data of ours");
      return url;
    },
  }) : { createScriptURL: (url) => url };
  const loaded = new Map(), given = new Map();
  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((done) => {
        const script = document.createElement("script");
        script.src = policy.createScriptURL(base + name);
        script.nonce = nonce;
        script.charset = "utf-8";
        script.onload = () => done(given.get(name) ?? null);
        script.onerror = () => done(null);
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  };
  window.rlmData = (name, value) => given.set(name, value);

  // Lists made as they scroll: what is far down waits in templates.
  const grow = (template) => { template.replaceWith(template.content); };
  const watch = () => {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        const next = entry.target.previousElementSibling;
        if (!next || next.tagName !== "OL" && next.tagName !== "TBODY" && next.tagName !== "TABLE" && next.tagName !== "UL") continue;
        const template = $("template.more", next);
        if (template) { grow(template); seen.unobserve(entry.target); seen.observe(entry.target); } else entry.target.remove();
      }
    }, { rootMargin: "1200px" });
    for (const end of $$(".list-end")) seen.observe(end);
  };

  // Citations: `#r2-3fa2b9d0c1e4:42` is the entry in whose lines 42 lies, on this page or on another.
  const CITATION = /^(r[12]-[0-9a-f]{12})(?::(\d+))?$/;
  const placeOf = (hash) => {
    const found = CITATION.exec(hash);
    if (!found) return document.getElementById(hash);
    const exact = document.getElementById(hash);
    if (exact) return exact;
    const steps = $$(`[data-chunk="${found[1]}"]`);
    const line = Number(found[2] || 0);
    return steps.findLast((s) => Number(s.dataset.line) <= line) || steps[0] || null;
  };
  const reveal = (element) => {
    for (let e = element.parentElement; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    const fold = element.matches("details") ? element : $(":scope > details", element);
    if (fold) fold.open = true;
    $$(".here").forEach((e) => e.classList.remove("here"));
    element.classList.add("here");
    element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
    // Twice: what was passed over gets its true height only when it is drawn.
    element.scrollIntoView({ block: "start" });
    requestAnimationFrame(() => requestAnimationFrame(() => element.scrollIntoView({ block: "start" })));
  };
  const say = (text) => { const box = $("#notice"); if (box) box.textContent = text; };
  const follow = async () => {
    let hash = "";
    try { hash = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (!hash) return;
    let place = placeOf(hash);
    while (!place) {
      const template = $("template.more");
      if (!template) break;
      grow(template);
      place = placeOf(hash);
    }
    if (place) { reveal(place); say(""); return; }
    const found = CITATION.exec(hash);
    if (!found || alone) return;
    const places = await load("data/places.js");
    const page = places && new Map(places).get(found[1]);
    if (page === undefined) { say(t("{place} is no place in this archive", { place: hash })); return; }
    const url = new URL(base + page, location.href);
    url.hash = hash;
    if (url.pathname !== location.pathname) location.replace(url.href);
    else say(t("{place} is not on this page", { place: hash }));
  };

  // Search.
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g, "").normalize("NFC").toLowerCase();
  const shardOf = (word) => [...word].slice(0, 2).map((c) => /[a-z0-9]/.test(c) ? c : "_" + (c.codePointAt(0) % 16).toString(16)).join("");
  const WORDS = /[\p{L}\p{N}]+/gu, IDEOGRAPHS = /^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}$/;
  const asked = (query) => (fold(query).match(WORDS) || []).flatMap((w) =>
    IDEOGRAPHS.test(w) ? [...Array(w.length - 1).keys()].map((n) => w.slice(n, n + 2)) : [w]).filter((w) => w.length > 1 && w.length <= 40);
  const decode = (line) => { let at = 0; return line.split(",").map((d) => (at += Number(d))); };
  // Places of a word in one session -> 2 where the very word stands, 1 where one begins so.
  const within = (text, word) => {
    const found = new Map();
    let words = 0;
    for (let at = text.indexOf("\n" + word); at >= 0 && words < 60; at = text.indexOf("\n" + word, at + 1), words++) {
      const end = text.indexOf("\n", at + 1), gap = text.indexOf(" ", at);
      const exact = gap - at - 1 === word.length ? 2 : 1;
      for (const code of decode(text.slice(gap + 1, end))) if ((found.get(code) || 0) < exact) found.set(code, exact);
    }
    return found;
  };
  const WEIGHT = [3, 2.4, 1.6, 1];
  const search = async (query, most) => {
    const terms = [...new Set(asked(query))].slice(0, 8);
    if (!terms.length) return { terms, hits: [], total: 0 };
    const shards = await Promise.all(terms.map((t) => load(`data/words/${shardOf(t)}.js`)));
    const maps = shards.map((s) => new Map(s || []));
    const hits = [];
    let total = 0;
    for (const folder of maps[0].keys()) {
      if (!maps.every((m) => m.has(folder))) continue;
      const sets = terms.map((t, n) => within(maps[n].get(folder), t)).sort((a, b) => a.size - b.size);
      for (const code of sets[0].keys()) {
        let score = 0;
        for (const set of sets) { const s = set.get(code); if (!s) { score = 0; break; } score += s / Math.log(2 + set.size); }
        if (!score) continue;
        total++;
        hits.push([score * WEIGHT[code % 4], folder, code >> 2]);
      }
    }
    hits.sort((a, b) => b[0] - a[0] || a[1] - b[1] || b[2] - a[2]);
    const top = hits.slice(0, most), sessions = await load("data/sessions.js") || [];
    const heads = new Map();
    await Promise.all([...new Set(top.map((h) => h[1]))].map(async (f) => heads.set(f, await load(`data/heads/${sessions[f][0]}.js`) || [[], []])));
    return { terms, total, hits: top.map(([, folder, place]) => ({ session: sessions[folder], place: heads.get(folder)[1][place], pages: heads.get(folder)[0] })).filter((h) => h.place) };
  };
  const marked = (text, terms) => {
    const made = document.createElement("bdi"), pattern = /[\p{L}\p{N}\p{M}]+/gu;
    const words = [...text.matchAll(pattern)], hit = (w) => terms.some((t) => fold(w).startsWith(t));
    // From the beginning of a word to the end of one.
    const first = words.find((w) => hit(w[0])), near = first ? first.index - 60 : 0;
    const start = near <= 0 ? 0 : words.find((w) => w.index >= near).index;
    const last = text.length <= start + 230 ? null : words.findLast((w) => w.index > start && w.index + w[0].length <= start + 230);
    const shown = text.slice(start, last ? last.index + last[0].length : start + 230);
    let at = 0;
    if (start) made.append("…");
    for (const word of shown.matchAll(pattern)) {
      if (!hit(word[0])) continue;
      made.append(shown.slice(at, word.index));
      const mark = document.createElement("mark");
      mark.textContent = word[0];
      made.append(mark);
      at = word.index + word[0].length;
    }
    made.append(shown.slice(at));
    if (start + shown.length < text.length) made.append(" …");
    return made;
  };
  const WHO = { user: t("you"), assistant: "Claude", call: t("tool call"), tool: t("tool output"), thinking: t("thinking"), summary: t("summary"), task: t("task"), system: t("system"), document: t("document") };
  const setUpSearch = () => {
    const box = $("#search");
    if (!box) return;
    const input = $("input", box), list = $("#hits"), said = $(".said", box);
    let turn = 0, picked = -1;
    const pick = (n) => {
      const all = $$("a", list);
      if (!all.length) return;
      picked = (n + all.length) % all.length;
      all.forEach((a, i) => a.setAttribute("aria-selected", String(i === picked)));
      input.setAttribute("aria-activedescendant", all[picked].id);
      all[picked].scrollIntoView({ block: "nearest" });
    };
    const run = async () => {
      const mine = ++turn, query = input.value, begun = performance.now();
      const found = await search(query, 40);
      if (mine !== turn) return; // something else was typed meanwhile
      list.replaceChildren(...found.hits.map(({ session, place, pages }, n) => {
        const [at, who, time, text, page] = place, item = document.createElement("li"), link = document.createElement("a");
        item.setAttribute("role", "presentation");
        link.href = `${base}${pages[page]}#${at}`;
        link.id = `hit-${n}`;
        link.setAttribute("role", "option");
        link.setAttribute("aria-selected", "false");
        const head = document.createElement("small"), title = document.createElement("bdi");
        title.textContent = session[1];
        head.append(`${time.slice(0, 16).replace("T", " ")} · ${WHO[who] || who} · `, title);
        link.append(head, marked(text, found.terms));
        item.append(link);
        return item;
      }));
      picked = -1;
      input.removeAttribute("aria-activedescendant");
      const more = found.total > found.hits.length ? `, ${t("the best {n} shown", { n: found.hits.length })}` : "";
      said.textContent = !found.terms.length ? t("Words of two letters or more, in any order; the beginning of a word will do.")
        : found.total ? (found.total === 1 ? t("{n} place", { n: 1 }) : t("{n} places", { n: found.total.toLocaleString(root.lang) })) + more : t("Nothing has all of these words.");
      box.dataset.ms = String(Math.round(performance.now() - begun));
      box.dataset.answered = query;
    };
    const open = () => { if (!box.open) { box.showModal(); input.select(); run(); } };
    input.addEventListener("input", run);
    input.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown") pick(picked + 1);
      else if (e.key === "ArrowUp") pick(picked - 1);
      else if (e.key === "Escape") box.close(); // a search field would empty itself first
      else if (e.key === "Enter") { const all = $$("a", list); (all[picked] || all[0])?.click(); } else return;
      e.preventDefault();
    });
    list.addEventListener("click", (e) => { if (e.target.closest("a")) box.close(); });
    box.addEventListener("click", (e) => { if (e.target === box) box.close(); });
    $("#open-search").addEventListener("click", open);
    keys.set("/", open);
    keys.set("ctrl+k", open);
  };

  // Keys.
  const keys = new Map();
  const setUpKeys = () => {
    const turns = () => $$(".turn");
    const go = (step) => {
      const all = turns(), at = all.findLastIndex((t) => t.getBoundingClientRect().top < 90);
      const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
      if (next) { history.replaceState(null, "", "#" + next.id); reveal(next); }
    };
    keys.set("j", () => go(1));
    keys.set("k", () => go(-1));
    keys.set("e", () => {
      const all = $$("main .fold"), open = all.some((d) => !d.open);
      all.forEach((d) => { d.open = open; });
    });
    keys.set("t", () => $("#theme").click());
    const help = $("#help");
    keys.set("?", () => help && !help.open && help.showModal());
    $("#help button")?.addEventListener("click", () => help.close());
    document.addEventListener("keydown", (e) => {
      const field = e.target.closest("input,textarea,select"), around = field && field.closest("dialog");
      // A field of a dialog that has just closed keeps the focus for a moment: it takes no keys.
      if (e.altKey || (field && !(around && !around.open)) || e.target.isContentEditable) return;
      const name = (e.ctrlKey || e.metaKey ? "ctrl+" : "") + e.key.toLowerCase();
      const action = keys.get(name);
      if (action && !$("dialog[open]")) { e.preventDefault(); action(); }
    });
  };
  const setUpTheme = () => {
    const button = $("#theme"), names = ["auto", "light", "dark"];
    const show = () => { button.textContent = { auto: t("Auto"), light: t("Light"), dark: t("Dark") }[root.dataset.theme || "auto"]; button.setAttribute("aria-label", t("Theme: {name}", { name: button.textContent })); };
    button.addEventListener("click", () => {
      const next = names[(names.indexOf(root.dataset.theme || "auto") + 1) % 3];
      if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
      stored.set("rlm-theme", next);
      show();
    });
    show();
  };
  const setUpContents = () => {
    const toc = $(".toc");
    if (!toc) return;
    if (matchMedia("(max-width:62rem)").matches) toc.open = false;
    const links = new Map($$("a[href^='#']", toc).map((a) => [a.getAttribute("href").slice(1), a]));
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const link = links.get(entry.target.id);
        if (!entry.isIntersecting || !link) continue;
        $$("[aria-current]", toc).forEach((a) => a.removeAttribute("aria-current"));
        link.setAttribute("aria-current", "true");
        if (matchMedia("(min-width:62.01rem)").matches) toc.scrollTop = Math.max(0, link.offsetTop - toc.clientHeight / 2);
      }
    }, { rootMargin: "-80px 0px -75% 0px" });
    $$(".turn").forEach((t) => seen.observe(t));
  };
  const setUpFilter = () => {
    const boxes = $$("input[data-filter]");
    const apply = () => {
      const wanted = new Set(boxes.filter((b) => b.checked).map((b) => b.dataset.filter));
      for (let t = $("template.more"); t; t = $("template.more")) grow(t);
      $$("[data-kind]").forEach((row) => { row.hidden = wanted.size > 0 && !wanted.has(row.dataset.kind); });
    };
    boxes.forEach((b) => b.addEventListener("change", apply));
  };
  ready(() => {
    setUpTheme();
    setUpKeys();
    setUpSearch();
    setUpContents();
    setUpFilter();
    watch();
    follow();
    addEventListener("hashchange", follow);
    root.dataset.ready = "1";
  });
})();
