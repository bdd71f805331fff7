/**
 * Makes each catalogue of a page filterable and sortable; without this script the list is complete.
 *
 * The address has the state: page.html?q=words&topic=One&topic=Another&sort=title. With several lists on a page, that
 * is the first one, or the one that the address ends in; for others the names start with an id: catalogue-session-q.
 * A list with facts of a programme has further ones: track=Night&format=Tutorial.
 */
(() => {
  "use strict";

  const PAUSE = 200; // milliseconds until the address is written
  const SILENCE = 700; // milliseconds until screen readers are told
  const NOTICE = 2500;

  const PERMALINK = ".recap-ways a[href^='#']";

  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "’": "'", "‘": "'" };

  function fold(text) {
    const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}+/gu, "");
    return plain.replace(/[ßæœøłđðþı’‘]/g, (letter) => LETTERS[letter]).replace(/[‐-―]/g, "-").replace(/\s+/g, " ");
  }

  function isPlain(event) {
    return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  }

  /* The id in the address; for a former id of an entry, the one that it has now. */
  function target() {
    try {
      const id = decodeURIComponent(location.hash.slice(1));
      const former = document.getElementById(id)?.matches(".recap-former");
      return former ? document.getElementById(id).closest(".recap-entry").id : id;
    } catch {
      return "";
    }
  }

  const { lang } = document.documentElement;
  const language = !lang || lang === "en" ? "en-GB" : lang;
  const numbers = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  const either = new Intl.ListFormat(language, { type: "disjunction" });

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  class Entry {
    constructor(item, place) {
      this.item = item;
      this.place = place;
      this.topics = [...item.querySelectorAll(".recap-topics > *")].map((topic) => topic.textContent);
      this.facts = ` · ${item.querySelector(".recap-facts")?.textContent} · `;
    }

    get code() {
      return (this.item.dataset.id ?? this.item.querySelector(".recap-code").textContent).trim();
    }

    get title() {
      const parts = [...this.item.querySelector(".recap-title").childNodes];
      return parts.map((part) => (part.className === "recap-code" ? "" : part.textContent)).join("").trim();
    }

    get text() {
      const parts = [this.item.dataset.id ?? ""];
      const shown = ".recap-title, .recap-people, .recap-facts, .recap-summary, .recap-note, .recap-topics, .recap-gone, a.external";
      for (const part of this.item.querySelectorAll(shown)) parts.push(part.textContent);
      for (const link of this.item.querySelectorAll("a[href*=':']:not(.archived-copy)")) {
        parts.push(link.getAttribute("href"));
      }
      const text = fold(parts.join("\n"));
      Object.defineProperty(this, "text", { value: text });
      return text;
    }
  }

  /** What entries are put in order by; without a key they stand as the page has them. */
  const KEYS = {
    code: ({ code }) => code,
    title: ({ title }) => title,
    topic: ({ topics, code }) => `${topics[0] ?? "\uffff"} ${code}`,
  };

  class Catalogue {
    constructor(root, first) {
      this.root = root;
      this.words = JSON.parse(root.dataset.words);
      this.prefix = first ? "" : `${root.id}-`;
      this.parameters = ["q", "topic", "sort"];
      this.list = root.querySelector(".recap-entries");
      this.entries = [...this.list.children].map((item, place) => new Entry(item, place));
      this.said = Object.assign(document.createElement("p"), { className: "recap-said" });
      this.said.setAttribute("role", "status");
      root.append(this.said);
      if (navigator.clipboard) this.offerCopies();
      this.form = root.querySelector(".recap-controls");
      if (this.form) this.begin();
    }

    begin() {
      this.search = this.form.querySelector("input");
      this.sorter = this.form.querySelector("select");
      this.selects = [...this.form.querySelectorAll("select[name]")];
      this.parameters.push(...this.selects.map(({ name }) => name));
      this.chips = [...this.form.querySelectorAll("[aria-pressed]")];
      this.more = this.form.querySelector(".recap-more");
      this.count = this.root.querySelector(".recap-status p");
      this.reset = this.root.querySelector(".recap-reset");
      this.note = this.root.querySelector(".recap-about");
      this.order = this.usual = this.root.dataset.order;
      this.topics = new Set();
      this.unknown = [];
      this.names = new Map(this.entries.flatMap(({ topics }) => topics.map((topic) => [fold(topic), topic])));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.search.addEventListener("input", () => {
        this.show();
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this.flush(), PAUSE);
      });
      this.sorter.addEventListener("change", () => this.choose(() => this.sort(this.sorter.value)));
      for (const select of this.selects) select.addEventListener("change", () => this.choose(() => {}));
      this.form.addEventListener("click", (event) => this.press(event.target.closest("button")));
      this.form.addEventListener("keydown", (event) => this.escape(event));
      this.reset.addEventListener("click", () => {
        this.choose(() => this.clear());
        this.search.focus();
      });
      this.hang();
      this.follow();
      this.root.classList.add("recap-ready");
      (window.requestIdleCallback ?? setTimeout)(() => this.entries.forEach(({ text }) => text));
    }

    hang() {
      const tiles = this.root.querySelectorAll(".recap-wall li");
      for (const entry of tiles.length ? this.entries : []) {
        entry.tile = tiles[entry.place];
        const link = entry.tile.firstElementChild;
        link.dataset.title = entry.title;
        link.ariaLabel = `${link.textContent} ${entry.title}`;
      }
    }

    /* -- What readers do ------------------------------------------------------------------------------------------- */

    press(button) {
      if (!button) return;
      if (button === this.more) this.toggleTopics();
      else this.choose(() => this.topics.delete(button.value) || this.topics.add(button.value));
    }

    escape(event) {
      if (event.key !== "Escape" || !(this.search.value || this.topics.size)) return;
      event.preventDefault();
      this.choose(() => (this.search.value ? (this.search.value = "") : this.topics.clear()));
    }

    /** Makes a choice that the button Back of the browser takes back. */
    choose(change) {
      this.flush();
      change();
      this.show();
      history.pushState(null, "", this.address());
    }

    clear() {
      this.search.value = "";
      this.topics.clear();
      for (const select of this.selects) select.value = "";
    }

    /** Makes each link to an entry a button that copies it; the context menu of a link is still there. */
    offerCopies() {
      for (const link of this.list.querySelectorAll(PERMALINK)) {
        link.setAttribute("role", "button");
        link.title = this.words.copy;
      }
      this.list.addEventListener("click", (event) => {
        const link = event.target.closest(PERMALINK);
        if (link && isPlain(event)) this.copy(link, event);
      });
      this.list.addEventListener("keydown", (event) => {
        const link = event.target.closest(PERMALINK);
        if (link && event.key === " ") this.copy(link, event);
      });
    }

    copy(link, event) {
      event.preventDefault();
      const address = this.address(true);
      address.hash = link.hash;
      const name = (link.dataset.name ??= link.textContent);
      navigator.clipboard.writeText(address.href).then(
        () => {
          link.textContent = this.words.copied;
          this.announce(fill(this.words.said, { name: link.ariaLabel ?? name }));
          setTimeout(() => {
            link.textContent = name;
          }, NOTICE);
        },
        () => {
          location.hash = link.hash; // where copying is not allowed, the address of the page becomes the link
        },
      );
    }

    /** Tells screen readers, once nothing has changed for a while. */
    announce(text, silence = 0) {
      clearTimeout(this.saying);
      this.saying = setTimeout(() => {
        this.said.textContent = text;
      }, silence);
    }

    /* -- The address ----------------------------------------------------------------------------------------------- */

    /** The address of what is shown, or of the whole list; without an entry that it ended in, for that may be hidden. */
    address(whole = false) {
      const address = new URL(location.href);
      const { searchParams } = address;
      for (const name of this.parameters) {
        searchParams.delete(this.prefix + name);
        if (this.prefix && target() === this.root.id) searchParams.delete(name);
      }
      if (!whole && this.form) {
        const words = this.search.value.trim();
        if (words) searchParams.set(`${this.prefix}q`, words);
        for (const topic of this.topics) searchParams.append(`${this.prefix}topic`, topic);
        for (const { name, value } of this.selects) if (value) searchParams.set(this.prefix + name, value);
        if (this.order !== this.usual) searchParams.set(`${this.prefix}sort`, this.order);
      }
      if (this.has(target())) address.hash = "";
      return address;
    }

    has(id) {
      return this.entries.some(({ item }) => id && item.id === id);
    }

    flush() {
      if (!this.waiting) return;
      clearTimeout(this.waiting);
      this.waiting = 0;
      history.replaceState(history.state, "", this.address());
    }

    follow() {
      if (!this.form) return;
      clearTimeout(this.waiting);
      this.waiting = 0;
      const asked = new URLSearchParams(location.search);
      const named = document.getElementById(target())?.matches(".recap-catalogue") ? target() : "";
      const plain = named ? named === this.root.id : !this.prefix;
      const values = (name) => [
        ...asked.getAll(this.prefix + name).filter(() => this.prefix || plain),
        ...(plain && this.prefix ? asked.getAll(name) : []),
      ];
      this.search.value = values("q")[0] ?? "";
      this.topics = new Set(values("topic").map((topic) => this.names.get(fold(topic))).filter(Boolean));
      this.unknown = values("topic").filter((topic) => !this.names.has(fold(topic)));
      for (const select of this.selects) {
        select.value = values(select.name)[0] ?? "";
        if (select.selectedIndex < 0) select.value = "";
      }
      this.asked = this.parameters.some((name) => values(name).length);
      const order = values("sort")[0];
      this.sort([...this.sorter.options].some(({ value }) => value === order) ? order : this.usual);
      this.show();
    }

    reveal(id) {
      const entry = this.entries.find(({ item }) => item.id === id);
      if (!entry?.item.hidden) return;
      this.clear();
      this.show();
      const address = this.address();
      address.hash = id;
      history.replaceState(history.state, "", address);
      const name = entry.item.dataset.id ? entry.title : fill(this.words.name, entry);
      this.tell(fill(this.words.revealed, { name }));
      entry.item.scrollIntoView();
    }

    /* -- The list -------------------------------------------------------------------------------------------------- */

    sort(order) {
      this.sorter.value = order;
      if (order === this.order) return;
      this.order = order;
      const keyed = this.entries.map((entry) => [KEYS[order]?.(entry) ?? "", entry]);
      keyed.sort(([one, first], [other, second]) => collator.compare(one, other) || first.place - second.place);
      this.list.append(...keyed.map(([, { item }]) => item));
    }

    get chosenFacts() {
      return this.selects.map(({ value }) => value).filter(Boolean);
    }

    /** Shows what matches, in one pass, and counts what each topic would show. */
    show() {
      const words = fold(this.search.value).split(" ").filter(Boolean);
      const facts = this.chosenFacts;
      const counts = new Map();
      let found = 0;
      let elsewhere = 0;
      this.search.defaultValue = this.search.value; // what WebKit puts there when the reader comes back to the page
      for (const entry of this.entries) {
        const fits = facts.every((fact) => entry.facts.includes(` · ${fact} · `));
        const matches = fits && words.every((word) => entry.text.includes(word));
        const chosen = !this.topics.size || entry.topics.some((topic) => this.topics.has(topic));
        if (matches) for (const topic of entry.topics) counts.set(topic, (counts.get(topic) ?? 0) + 1);
        if (matches && chosen) found += 1;
        else if (matches) elsewhere += 1;
        if (entry.item.hidden === (matches && chosen)) {
          entry.item.hidden = !(matches && chosen);
          entry.tile?.classList.toggle("recap-off", entry.item.hidden);
        }
      }
      if ([...this.topics].some((topic) => !this.chips.some(({ value }) => value === topic))) this.unfold();
      for (const chip of this.chips) {
        chip.setAttribute("aria-pressed", this.topics.has(chip.value));
        const number = counts.get(chip.value) ?? 0;
        chip.lastElementChild.textContent = numbers.format(number);
        chip.classList.toggle("recap-nothing", !number);
      }
      this.introduce();
      this.say(found, elsewhere);
    }

    /** Shows what the page says elsewhere, in a list of the class recap-topic-notes, about the one chosen topic. */
    introduce() {
      const [topic] = this.topics.size === 1 ? this.topics : [];
      const terms = topic ? document.querySelectorAll(".recap-topic-notes > dt") : [];
      const term = [...terms].find(({ textContent }) => textContent.trim() === topic);
      this.note.replaceChildren(...(term ? term.nextElementSibling.cloneNode(true).childNodes : []));
    }

    say(found, elsewhere) {
      const words = [this.search.value.trim(), ...this.chosenFacts].filter(Boolean).join(", ");
      const topics = either.format(this.topics);
      const { entries } = this.words;
      const values = { found: numbers.format(found), entries, topics, words };
      const filter = words && topics ? "both" : (words && "words") || (topics && "topics");
      let said = filter ? fill(this.words.found[filter], values) : entries;
      if (this.order !== this.usual) said = fill(this.words.sorted[this.order], { shown: said });
      if (!found && words) {
        said = fill(this.words.none[filter], values);
        if (elsewhere) {
          const others = this.words.elsewhere[plurals.select(elsewhere)] ?? this.words.elsewhere.other;
          said += ` ${fill(others, { number: numbers.format(elsewhere) })}`;
        }
      }
      const unknown = this.unknown.map((topic) => `${fill(this.words.unknown, { topic })} `);
      this.tell(unknown.join("") + said);
      this.reset.hidden = !filter;
      this.root.classList.toggle("recap-none", !found);
    }

    tell(said) {
      if (this.count.textContent === said) return;
      this.count.textContent = said;
      this.announce(said, SILENCE);
    }

    /** Shows all topics, or again only the most frequent and those that are chosen. */
    toggleTopics() {
      this.unfold();
      const first = this.chips.find((chip) => !chip.offsetWidth);
      const open = !this.more.parentElement.classList.contains("recap-open");
      this.more.parentElement.classList.toggle("recap-open", open);
      this.more.setAttribute("aria-expanded", open);
      this.more.textContent = open ? this.words.fewer : this.words.more;
      if (open) first?.focus();
    }

    unfold() {
      const known = new Set(this.chips.map(({ value }) => value));
      const rest = [...this.names.values()].filter((topic) => !known.has(topic)).sort(collator.compare);
      const added = rest.map((topic) => {
        const chip = Object.assign(document.createElement("button"), { type: "button", value: topic });
        chip.setAttribute("aria-pressed", "false");
        chip.append(`${topic} `, document.createElement("span"));
        const number = this.entries.filter(({ topics }) => topics.includes(topic)).length;
        chip.lastElementChild.textContent = numbers.format(number);
        return chip;
      });
      this.more?.before(...added);
      this.chips.push(...added);
    }
  }

  const catalogues = [...document.querySelectorAll(".recap-catalogue")].map((root, number) => new Catalogue(root, !number));

  function reveal() {
    for (const catalogue of catalogues) catalogue.reveal(target());
  }

  function land() {
    const id = target();
    const entry = catalogues.some((catalogue) => catalogue.has(id)) && document.getElementById(id);
    const list = catalogues.find(({ asked, root }) => asked && (!id || id === root.id));
    (entry || list?.root)?.scrollIntoView();
  }

  window.addEventListener("popstate", () => catalogues.forEach((catalogue) => catalogue.follow()));
  window.addEventListener("hashchange", reveal);
  window.addEventListener("pagehide", () => catalogues.forEach((catalogue) => catalogue.flush()));
  reveal();

  // Also when what is above changes its height while the page loads, unless the reader moves first.
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    const moves = ["wheel", "touchstart", "pointerdown", "keydown"];
    const stop = new AbortController();
    land();
    window.addEventListener("load", land, { signal: stop.signal });
    for (const move of moves) window.addEventListener(move, () => stop.abort(), { once: true, passive: true });
  }
})();
