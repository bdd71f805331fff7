/**
 * Loads scripts later than the page. All scripts of a profile run in one block; the addresses of the scripts that wait
 * are attributes of the element of the bundle.
 */
const own = document.currentScript; // or an element of the page with that name
const { onUse, search, fields, marks } = own instanceof HTMLScriptElement ? own.dataset : {};

const load = (src) =>
  new Promise((done) => {
    const script = document.createElement("script");
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    script.async = false; // in their order
    script.src = src;
    document.head.append(script);
  });
