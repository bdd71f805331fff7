/* Shows entries, people and topics that match the query above the pages that Sphinx finds.
   index.py documents the files of recap-search/; CHUNK, FIELDS, fold() and WORDS are the same there. */
(() => {
  "use strict";

  const CHUNK = 64;
  const FIELDS = 4;
  const FIRST = 10;
  const MORE = 20;
  const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const WORDS = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+[+#]*`, "gu");
  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ı: "i", ς: "σ" };
  const FIELD_WEIGHT = [2, 3, 1]; // title, person, topic
  const EXACT = 4;

  const { lang } = document.documentElement;
  const language = !lang || lang === "en" ? "en-GB" : lang;
  const numbers = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  const root = document.documentElement.dataset.content_root ?? "./";
  const files = new Map();

  function load(name) {
    if (!files.has(name)) {
      files.set(name, fetch(`${root}recap-search/${name}.json`).then((response) => {
        if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
        return response.json();
      }));
    }
    return files.get(name);
  }

  function fold(text) {
    const marked = text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return marked.replace(/[ßæœøđðþłħıς]/g, (letter) => LETTERS[letter]);
  }

  const words = (text) => [...new Set(fold(text).match(WORDS) ?? [])];

  const shard = (word) => [...word].slice(0, 2)
    .map((letter) => (/[a-z0-9]/.test(letter) ? letter : `_${letter.codePointAt(0).toString(16)}`)).join("");

  /* Return the entries with a word that begins with the term, by number, with their weights. */
  async function find(term, shards) {
    const weights = new Map();
    if (!shards.has(shard(term))) return weights;
    for (const [word, steps] of Object.entries(await load(shard(term)))) {
      if (!word.startsWith(term)) continue;
      let place = 0;
      for (const step of steps) {
        place += step;
        const entry = Math.floor(place / FIELDS);
        const weight = FIELD_WEIGHT[place % FIELDS] + (word === term ? EXACT : 0);
        if (weight > (weights.get(entry) ?? 0)) weights.set(entry, weight);
      }
    }
    return weights;
  }

  /* Return the entries that match most of the terms, best first, and the terms that occur in the index. */
  async function search(query) {
    const shards = new Set(await load("index"));
    const terms = words(query);
    const matches = await Promise.all(terms.map((term) => find(term, shards)));
    const known = terms.filter((_, number) => matches[number].size);
    const scores = new Map();
    for (const entries of matches) {
      for (const [entry, weight] of entries) {
        const [matched, sum] = scores.get(entry) ?? [0, 0];
        scores.set(entry, [matched + 1, sum + weight]);
      }
    }
    const most = Math.max(0, ...[...new Set([...scores.values()].map(([matched]) => matched))]);
    const best = [...scores].filter(([, [matched]]) => matched === most);
    best.sort(([one, [, a]], [other, [, b]]) => b - a || one - other);
    return { terms: known, all: most === known.length, entries: best.map(([entry]) => entry) };
  }

  function make(tag, text = "", attributes = {}) {
    const element = Object.assign(document.createElement(tag), { textContent: text });
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* Return the plural form of a message for a number, with the number filled in. */
  const count = (forms, number, values = {}) =>
    fill(forms[plurals.select(number)] ?? forms.other, { number: numbers.format(number), ...values });

  function item(title, address, note) {
    const line = make("li");
    line.append(make("a", title, { href: root + address }), " ", make("span", note));
    return line;
  }

  /* Return the lines of entries, after those of their people and topics that match. */
  async function lines(entries, terms, shown) {
    const chunks = await Promise.all(entries.map((entry) => load(`entries-${Math.floor(entry / CHUNK)}`)));
    const names = [];
    const items = entries.map((entry, number) => {
      const { start, kind, event, names: all, entries: described } = chunks[number];
      const [title, rest, people, topics] = described[entry % CHUNK];
      for (const [type, name, address] of [...people, ...topics].map((index) => all[index])) {
        const parts = words(name);
        if (address && !shown.has(address) && terms.every((term) => parts.some((part) => part.startsWith(term)))) {
          shown.set(address, type);
          names.push(item(name, address, texts[type]));
        }
      }
      const note = [kind, event, people.map((index) => all[index][1]).join(texts.comma)].filter(Boolean).join(" · ");
      return item(title, start + rest, note);
    });
    return [...names, ...items];
  }

  /* Return the number of pages that Sphinx found, and hide its summary, which is of pages only. */
  function countPages(place) {
    return new Promise((resolve) => {
      const look = () => {
        const summary = place.querySelector(".search-summary");
        if (!summary || place.querySelector("h2 > span")) return; // still searching; the summary is empty in some languages
        observer.disconnect();
        const pages = place.querySelectorAll(".search > li").length;
        const title = place.querySelector("h2");
        title.textContent = texts.pages;
        title.hidden = !pages;
        summary.hidden = true;
        resolve(pages);
      };
      const observer = new MutationObserver(look);
      observer.observe(place, { childList: true, subtree: true, characterData: true });
      look();
    });
  }

  /* Return a summary of the results; `names` are the types of the people and topics. */
  function sentence(query, all, entries, names, pages) {
    const number = (type) => names.filter((name) => name === type).length;
    const counts = [
      [texts.numbers[all ? "entry" : "most"], entries],
      [texts.numbers.person, number("person")],
      [texts.numbers.topic, number("topic")],
      [texts.numbers.page, pages],
    ].filter(([, some]) => some).map((part) => count(...part));
    if (!counts.length) return fill(texts.nothing, { query });
    return fill(texts.found, { results: new Intl.ListFormat(language).format(counts) });
  }

  async function show(query, place) {
    const section = make("section", "", { class: "recap-results", "aria-labelledby": "recap-results-title" });
    const status = make("p", texts.searching, { role: "status" });
    const list = make("ul");
    const title = make("h2", texts.entries, { id: "recap-results-title" });
    section.append(status, title, list);
    place.before(section);

    const { terms, all, entries } = await search(query);
    const shown = new Map();
    let next = 0;
    let pages = null;
    const say = () => {
      if (pages !== null) status.textContent = sentence(query, all, entries.length, [...shown.values()], pages);
    };
    const more = make("button", "", { type: "button" });
    const add = async (number) => {
      const added = await lines(entries.slice(next, next + number), terms, shown);
      next += number;
      list.append(...added);
      more.textContent = count(texts.more, entries.length, { next: numbers.format(Math.min(MORE, entries.length - next)) });
      if (next >= entries.length) more.remove();
      say();
      return added;
    };
    if (!entries.length) {
      title.hidden = true;
      pages = await countPages(place);
      say();
      return;
    }
    section.append(more);
    more.addEventListener("click", async () => (await add(MORE))[0].querySelector("a").focus());
    await add(FIRST);
    pages = await countPages(place);
    say();
  }

  const texts = JSON.parse(document.currentScript.dataset.words);
  const query = new URLSearchParams(location.search).get("q") ?? "";
  const place = document.getElementById("search-results");
  // WebKit resets the field to this value when the reader comes back to the page.
  for (const field of document.querySelectorAll("input[name=q]")) field.defaultValue = query;
  if (place && words(query).length) {
    show(query, place).catch((error) => {
      document.querySelector(".recap-results [role=status]").textContent = texts.failed;
      console.warn(error);
    });
  }
})();
