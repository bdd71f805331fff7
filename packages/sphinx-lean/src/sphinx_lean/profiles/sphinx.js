/**
 * The scripts for searching stand in for themselves: the theme, and what highlights the words that led here, ask
 * whether there is a `Search`. Where results come while somebody types, they come with the first visit of the field.
 */
const waitForSearch = () => {
  const FIELDS = 'input[name="q"]';
  let wanted = "";
  let coming = null;

  const come = async () => {
    const typed = new Map([...document.querySelectorAll(FIELDS)].map((field) => [field, field.value]));
    const note = ({ target }) => typed.has(target) && typed.set(target, target.value);
    const restore = () => typed.forEach((value, field) => (field.value = value)); // Sphinx's script empties them
    addEventListener("input", note, { capture: true });
    await Promise.all(search.split(" ").map((src) => load(src).then(restore)));
    removeEventListener("input", note, { capture: true });
  };
  window.Search = {
    async performSearch(query) {
      wanted = query;
      await (coming ??= come());
      if (wanted === query) Search.performSearch(query); // the real one by now
    },
  };
  if (search) addEventListener("focusin", ({ target }) => target.matches(FIELDS) && (coming ??= come()));
};

if (search !== undefined) waitForSearch();

/** Scripts that show results beside a field come with its first visit, or with the key that usually leads to it. */
const waitForField = () => {
  let coming = null;

  const come = () => (coming ??= Promise.all(fields.split(" ").map(load)));
  addEventListener("focusin", ({ target }) => target.matches('input[name="q"]') && come());
  addEventListener("keydown", async ({ key, target }) => {
    if (key !== "/" || coming) return;
    await come();
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
};

if (fields) waitForField();

/** Loads the script that marks search words, if a search led to this page. */
const markWords = () => {
  try {
    const isLinked = new URLSearchParams(location.search).has("highlight");
    if (isLinked || localStorage.getItem("sphinx_highlight_terms")) load(marks);
  } catch {
    // no storage, no words
  }
};

if (marks) markWords();

// The link that takes highlights away has code for an address, which the policy does not allow.
addEventListener("click", (event) => {
  if (!event.target.closest?.('a[href="javascript:SphinxHighlight.hideSearchWords()"]')) return;
  event.preventDefault();
  SphinxHighlight.hideSearchWords();
});
