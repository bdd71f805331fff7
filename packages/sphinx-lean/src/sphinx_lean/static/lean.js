/**
 * What comes when somebody needs it, and not before. This is part of the one script of a page; the addresses of the
 * scripts that wait stand on its element.
 */
{
  const { bootstrap: address, search: addresses } = document.currentScript.dataset;

  const load = (src) =>
    new Promise((done) => {
      const script = document.createElement("script");
      script.addEventListener("load", done);
      script.addEventListener("error", done);
      script.async = false; // in their order
      script.src = src;
      document.head.append(script);
    });

  /**
   * Bootstrap's script comes with the first sign that somebody uses the page: the pointer moves, a key is pressed, the
   * page scrolls. What is pressed before it is there happens once it is.
   */
  const waitForUse = () => {
    const SIGNS = ["pointerover", "pointerdown", "touchstart", "focusin", "keydown", "wheel", "scroll"];
    const TOGGLE = "[data-bs-toggle], [data-bs-dismiss], [data-bs-target], #pst-back-to-top";
    let waiting = null; // does again what was pressed last
    let coming = null;

    const come = () => (coming ??= load(address).then(ready));
    const hold = (event) => {
      const toggle = event.target.closest?.(TOGGLE);
      if (!toggle || (event.type === "keydown" && !event.key.startsWith("Arrow"))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = () =>
        event.type === "click"
          ? toggle.click()
          : toggle.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true, cancelable: true }));
    };
    const ready = () => {
      for (const sign of SIGNS) removeEventListener(sign, come, { capture: true });
      removeEventListener("click", hold, { capture: true });
      removeEventListener("keydown", hold, { capture: true });
      for (const tip of document.querySelectorAll('[data-bs-toggle="tooltip"]')) {
        if (tip.matches(":hover")) tip.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        if (tip.matches(":focus")) tip.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
      }
      waiting?.();
    };

    for (const sign of SIGNS) addEventListener(sign, come, { capture: true, passive: true });
    addEventListener("click", hold, { capture: true });
    addEventListener("keydown", hold, { capture: true });
    // The theme makes the tooltip of the button that collapses the sidebar before anybody has used the page.
    window.bootstrap = {
      Tooltip: class {
        #real = null;
        #shown = false;
        #make;
        constructor(...given) {
          this.#make = () => (this.#real ??= new window.bootstrap.Tooltip(...given));
        }
        async show() {
          this.#shown = true;
          await come();
          const came = window.bootstrap.Tooltip !== this.constructor;
          if (this.#shown && came) this.#make().show();
        }
        hide() {
          this.#shown = false;
          this.#real?.hide();
        }
      },
    };
  };

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
      await Promise.all(addresses.split(" ").map((src) => load(src).then(restore)));
      removeEventListener("input", note, { capture: true });
    };
    window.Search = {
      async performSearch(query) {
        wanted = query;
        await (coming ??= come());
        if (wanted === query) Search.performSearch(query); // the real one by now
      },
    };
    if (addresses) addEventListener("focusin", ({ target }) => target.matches(FIELDS) && (coming ??= come()));
  };

  // The link that takes highlights away has code for an address, which the policy does not allow.
  addEventListener("click", (event) => {
    if (!event.target.closest?.('a[href="javascript:SphinxHighlight.hideSearchWords()"]')) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });

  if (address) waitForUse();
  if (addresses !== undefined) waitForSearch();
}
