/**
 * Bootstrap's script comes with the first sign that somebody uses the page: the pointer moves, a key is pressed, the
 * page scrolls. What is pressed before it is there happens once it is.
 */
const waitForUse = () => {
  const SIGNS = ["pointermove", "pointerdown", "touchstart", "focusin", "keydown", "wheel", "scroll"];
  const TOGGLE = "[data-bs-toggle], [data-bs-dismiss], [data-bs-target], #pst-back-to-top";
  let waiting = null; // does again what was pressed last
  let coming = null;

  const come = () => (coming ??= load(onUse).then(ready));
  // Browsers also report these when nobody does anything: the pointer rests on the page, a field has the focus, a part
  // of the page is scrolled.
  const MEANT = {
    pointermove: ({ movementX, movementY }) => movementX || movementY,
    focusin: ({ target }) => target.matches(TOGGLE),
    scroll: ({ target }) => target === document,
  };
  const notice = (event) => (MEANT[event.type]?.(event) ?? true) && come();
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
    for (const sign of SIGNS) removeEventListener(sign, notice, { capture: true });
    removeEventListener("click", hold, { capture: true });
    removeEventListener("keydown", hold, { capture: true });
    for (const tip of document.querySelectorAll('[data-bs-toggle="tooltip"]')) {
      if (tip.matches(":hover")) tip.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
      if (tip.matches(":focus")) tip.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    }
    waiting?.();
  };

  for (const sign of SIGNS) addEventListener(sign, notice, { capture: true, passive: true });
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

if (onUse) waitForUse();
