/* Shows what recap-search-worker.js finds while somebody types: on the search page, and in the theme's dialog.
   The words and the groups of results are in recap-search/words.json. */
(() => {
  "use strict";

  const FIELD = 'input[name="q"]';
  const AT_ONCE = 3; // results to show before the rest is loaded
  const FIRST = 10;
  const MORE = 20;
  const WAIT = 120; // milliseconds after the last key
  const MAX_VALUES = 60; // of a filter

  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href).href;
  const isFile = location.protocol === "file:";
  const { lang } = document.documentElement;
  const language = !lang || lang === "en" ? "en-GB" : lang;
  const numbers = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  let words = null;
  let worker = null;

  const load = () => (words ??= fetch(`${root}recap-search/words.json`).then((response) => response.json())
    .catch((error) => {
      words = null;
      throw error;
    }));

  // -- Asking the worker ---------------------------------------------------------------------------------------------

  const waiting = new Map();
  let asked = 0;

  /* Send something to the worker, which is started for it; without a query, it only loads Pagefind. */
  async function send(message) {
    const { groups, counts, stop, language: of } = await load();
    if (!worker) {
      worker = new Worker(`${root}_static/recap-search-worker.js`, { type: "module" });
      worker.addEventListener("message", ({ data: { id, found, error } }) => {
        if (error) waiting.get(id)?.reject(new Error(error));
        else waiting.get(id)?.resolve(found);
        waiting.delete(id);
      });
      worker.addEventListener("error", (event) => {
        for (const { reject } of waiting.values()) reject(new Error(event.message));
        waiting.clear();
        worker = null;
      });
    }
    worker.postMessage({ ...message, config: { base: `${root}recap-search/`, groups, counts, stop, language: of } });
  }

  function ask(query) {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send({ id, ...query }).catch(reject);
    });
  }

  // -- Making elements -----------------------------------------------------------------------------------------------

  function make(tag, attributes = {}, ...content) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...content);
    return element;
  }

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* Return the plural form of a message for a number, with the number filled in. */
  const count = (forms, number, values = {}) =>
    fill(forms[plurals.select(number)] ?? forms.other, { number: numbers.format(number), ...values });

  const marked = (parts) => parts.map(([text, isMatch]) => (isMatch ? make("mark", {}, text) : text));

  function link(url, title, terms) {
    const element = make("a", { href: root + url }, title);
    // Sphinx's script marks these words on the next page.
    const note = () => {
      try {
        localStorage.setItem("sphinx_highlight_terms", terms.join(" "));
      } catch {
        // no storage, no marks
      }
    };
    element.addEventListener("click", note);
    element.addEventListener("auxclick", note);
    return element;
  }

  // -- A field and its results ---------------------------------------------------------------------------------------

  class Box {
    constructor(field, place, texts) {
      this.field = field;
      this.place = place;
      this.texts = texts;
      this.isPage = !field.closest("dialog");
      this.filters = {};
      this.apart = false;
      this.number = { entries: FIRST, pages: 3, apart: 3 };
      this.status = make("p", { role: "status" });
      this.results = make("div");
      this.options = this.makeOptions();
      place.replaceChildren(this.status, this.options, this.results);
      this.options.hidden = true;
      field.addEventListener("input", () => this.wait());
      (field.form ?? field).closest("dialog, .recap-search-page").addEventListener("keydown", (event) => this.move(event));
      if (this.isPage) {
        field.form.addEventListener("submit", (event) => {
          event.preventDefault();
          this.search();
        });
        this.restore();
      }
      if (field.value.trim()) this.search();
      else if (!this.isPage) send({});
    }

    /* Take the state from the address. */
    restore() {
      const state = new URLSearchParams(location.search);
      this.field.value = state.get("q") ?? "";
      this.field.defaultValue = this.field.value; // WebKit resets the field to this when the reader comes back
      for (const name of Object.keys(this.texts.facets)) {
        if (state.get(name)) this.filters[name] = state.get(name);
      }
      this.apart = state.has("apart");
      if (this.apart && this.also) this.also.checked = true;
      this.details.open = Object.keys(this.filters).length > 0;
    }

    get address() {
      const state = new URLSearchParams({ q: this.query, ...this.filters, ...(this.apart ? { apart: "" } : {}) });
      return `${root}${this.texts.page}?${state}`;
    }

    get query() {
      return this.field.value.trim();
    }

    makeOptions() {
      const { texts } = this;
      this.selects = make("div", { class: "recap-search-facets" });
      this.clear = make("button", { type: "button" }, texts.clear);
      this.clear.addEventListener("click", () => {
        this.filters = {};
        this.search();
        this.details.querySelector("summary").focus();
      });
      this.details = make("details", {}, make("summary", {}, texts.filter), this.selects, this.clear);
      this.details.addEventListener("toggle", () => this.details.open && !this.selects.firstChild && this.search());
      const options = make("div", { class: "recap-search-options" }, texts.groups.includes("entries") ? this.details : "");
      if (texts.groups.includes("apart")) {
        this.also = make("input", { type: "checkbox" });
        this.also.addEventListener("change", () => {
          this.apart = this.also.checked;
          this.search();
        });
        options.append(make("label", {}, this.also, ` ${texts.also}`));
      }
      return options;
    }

    wait() {
      clearTimeout(this.timer);
      this.number = { entries: FIRST, pages: 3, apart: 3 };
      this.timer = setTimeout(() => this.search(), WAIT);
    }

    /* Search, and show what was found; entries come first, so that they need not wait for the rest. */
    async search() {
      clearTimeout(this.timer);
      const { query, filters, texts } = this;
      const turn = (this.turn = (this.turn ?? 0) + 1);
      if (this.isPage) history.replaceState(history.state, "", query ? this.address : location.pathname);
      this.place.classList.toggle("recap-search-used", query !== "");
      this.options.hidden = !query;
      if (!query) {
        this.status.textContent = "";
        this.results.replaceChildren();
        return;
      }
      if (!this.results.firstChild) this.status.textContent = texts.searching;
      const facets = this.details.open ? Object.keys(texts.facets) : [];
      const isFiltered = Object.keys(filters).length > 0;
      const groups = texts.groups.filter((group) => group === "entries" || (!isFiltered && (group !== "apart" || this.apart)));
      const found = {};
      try {
        for (const group of groups) {
          const isFirst = group === "entries";
          const question = {
            group,
            query: found.entries?.corrected ?? query,
            filters: isFirst ? filters : {},
            strict: Boolean(found.entries?.total),
          };
          if (isFirst) {
            found[group] = await ask({ ...question, facets: [], number: AT_ONCE });
            if (turn !== this.turn) return;
            if (found[group].total) this.show(found);
            if (found[group].total <= AT_ONCE && !facets.length) continue;
          }
          const number = this.number[group];
          found[group] = await ask({ ...question, facets: isFirst ? facets : [], number });
          if (turn !== this.turn) return;
        }
        this.show(found);
        this.say(found, query);
      } catch (error) {
        if (turn !== this.turn) return;
        this.status.textContent = texts.failed;
        console.warn(error);
      }
    }

    show(found) {
      const { texts } = this;
      const focused = document.activeElement?.closest?.(".recap-search-group a")?.href;
      const parts = [];
      for (const group of texts.groups) {
        if (!found[group]) continue;
        const { items, total, names = [] } = found[group];
        if (items.length) parts.push(this.group(group, items.map((item) => this.item(item)), total));
        if (names.length) {
          const lines = names.map(({ type, name, url }) => this.line(link(url, name, []), texts[type]));
          parts.push(this.group("names", lines, lines.length));
        }
      }
      if (this.details.open && Object.keys(found.entries?.facets ?? {}).length) this.showFacets(found.entries.facets);
      this.clear.hidden = !Object.keys(this.filters).length;
      if (parts.length && !this.isPage) parts.push(make("p", {}, make("a", { href: this.address }, texts.all)));
      this.results.replaceChildren(...parts);
      if (focused) [...this.results.querySelectorAll("a")].find(({ href }) => href === focused)?.focus();
    }

    group(name, lines, total) {
      const { texts } = this;
      const section = make("section", { class: "recap-search-group" }, make("h2", {}, texts[name]), make("ul", {}, ...lines));
      if (total > lines.length) {
        const next = numbers.format(Math.min(MORE, total - lines.length));
        const more = make("button", { type: "button" }, count(name === "entries" ? texts.more : texts.more_pages, total, { next }));
        more.addEventListener("click", async () => {
          this.number[name] = lines.length + MORE;
          await this.search();
          this.results.querySelectorAll(`[data-group="${name}"] > ul > li`)[lines.length]?.querySelector("a").focus();
        });
        section.append(more);
      }
      section.dataset.group = name;
      return section;
    }

    line(title, note, ...rest) {
      return make("li", {}, title, note ? make("span", { class: "recap-search-note" }, note) : "", ...rest);
    }

    item({ url, title, about, excerpt, places, terms }) {
      const { comma } = this.texts;
      const people = (about.person ?? []).map(([name]) => name).join(comma);
      const note = [about.kind, about.event, about.note, people].filter(Boolean).join(" · ");
      const text = excerpt.length ? make("p", {}, ...marked(excerpt)) : "";
      const inside = places.map((one) => {
        const quote = one.title ? make("span", {}, ...marked(one.excerpt)) : "";
        return make("li", {}, link(one.url, one.title || one.excerpt.map(([part]) => part).join(""), terms), " ", quote);
      });
      return this.line(link(url, title, terms), note, text, inside.length ? make("ul", {}, ...inside) : "");
    }

    showFacets(facets) {
      const { texts } = this;
      const collator = new Intl.Collator(language, { numeric: true });
      const fields = Object.entries(texts.facets).map(([name, label]) => {
        const chosen = this.filters[name];
        const values = Object.entries(facets[name] ?? {}).filter(([value, number]) => number || value === chosen);
        if (values.length < 2 && !chosen) return null;
        values.sort(([a, b], [c, d]) => d - b || collator.compare(a, c));
        const shown = values.slice(0, MAX_VALUES);
        shown.sort(([a], [c]) => (name === "year" ? collator.compare(c, a) : collator.compare(a, c)));
        const select = make("select", {}, make("option", { value: "" }, texts.any), ...shown.map(([value, number]) =>
          make("option", { value }, `${value} (${numbers.format(number)})`)));
        select.value = chosen ?? "";
        select.addEventListener("change", async () => {
          if (select.value) this.filters[name] = select.value;
          else delete this.filters[name];
          await this.search();
          this.selects.querySelector(`[data-facet="${name}"]`)?.focus();
        });
        select.dataset.facet = name;
        return make("label", {}, label, " ", select);
      });
      this.selects.replaceChildren(...fields.filter(Boolean));
    }

    /* Say in one sentence what was found; screen readers read it out. */
    say(found, query) {
      const { texts } = this;
      const names = found.entries?.names ?? [];
      const pages = (found.pages?.total ?? 0) + (found.apart?.total ?? 0);
      const counts = [
        [texts.numbers[found.entries?.most ? "most" : "entries"], found.entries?.total ?? 0],
        [texts.numbers.person, names.filter(({ type }) => type === "person").length],
        [texts.numbers.topic, names.filter(({ type }) => type === "topic").length],
        [texts.numbers.pages, pages],
      ].filter(([, number]) => number).map((part) => count(...part));
      const results = new Intl.ListFormat(language).format(counts);
      const first = texts.groups.map((group) => found[group]).find((group) => group?.total);
      const other = first?.corrected;
      const lines = [];
      if (!counts.length) lines.push(fill(texts.nothing, { query }));
      else if (other) lines.push(fill(texts.corrected, { query, other }));
      if (counts.length) lines.push(fill(texts.found, { results }));
      this.status.replaceChildren(lines.join(" "));
      if (!counts.length) this.results.replaceChildren(...this.advice(found));
    }

    /* Return what to try when nothing was found. */
    advice(found) {
      const { texts } = this;
      const near = [...new Set(Object.values(found).flatMap(({ suggestions = [] }) => suggestions))];
      const buttons = near.map((word) => {
        const button = make("button", { type: "button" }, word);
        button.addEventListener("click", () => {
          this.field.value = word;
          this.field.focus();
          this.search();
        });
        return button;
      });
      const [before, after] = texts.meant.split("{words}");
      const links = texts.lists.map(([title, url]) => make("li", {}, make("a", { href: root + url }, title)));
      const question = near.length ? make("p", {}, before, ...buttons, after) : "";
      return [make("div", { class: "recap-search-advice" }, question, make("p", {}, texts.try), make("ul", {}, ...links))];
    }

    /* Move the focus through the results with the arrow keys. */
    move(event) {
      if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("select, summary")) return;
      const stops = [this.field, ...this.results.querySelectorAll("a, button")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (!stops[next]) return;
      event.preventDefault();
      stops[next].focus();
      stops[next].scrollIntoView({ block: "nearest" });
    }
  }

  // -- Where to search -----------------------------------------------------------------------------------------------

  const boxes = new WeakMap();

  async function open(field, place) {
    if (boxes.has(field)) return;
    boxes.set(field, null);
    try {
      boxes.set(field, new Box(field, place, await load()));
    } catch (error) {
      boxes.delete(field); // tries again at the next visit
      console.warn(error);
    }
  }

  function openDialog(field) {
    const dialog = field.closest("dialog");
    if (!dialog || isFile) return; // the form opens the search page, which says why it cannot search
    const href = `${root}_static/recap-search.css`;
    if (!document.querySelector(`link[href="${href}"]`)) document.head.append(make("link", { rel: "stylesheet", href }));
    let place = dialog.querySelector(".recap-search");
    if (!place) dialog.append((place = make("div", { class: "recap-search" })));
    open(field, place);
  }

  const page = document.querySelector(".recap-search-page");
  // Where a theme loads the rest of Sphinx's search, Sphinx does not mark the words that led here.
  try {
    if (!page && localStorage.getItem("sphinx_highlight_terms")) SphinxHighlight.highlightSearchWords();
  } catch {
    // no storage, or no such script
  }
  if (page) {
    const place = page.querySelector(".recap-search");
    const field = page.querySelector(FIELD);
    if (isFile) place.append(make("p", {}, place.dataset.file));
    else {
      page.classList.add("recap-search-ready");
      open(field, place);
    }
  }
  addEventListener("focusin", ({ target }) => target.matches?.(FIELD) && openDialog(target));
  if (document.activeElement?.matches(FIELD)) openDialog(document.activeElement);
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== "/" || ctrlKey || metaKey || altKey || target.closest?.("input, textarea, select, [contenteditable]")) return;
    const button = document.querySelector(".search-button__button");
    if (!page && !button) return;
    event.preventDefault();
    if (page) page.querySelector(FIELD).focus();
    else button.click();
  });
})();
