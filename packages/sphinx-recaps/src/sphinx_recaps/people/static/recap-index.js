/* Redirects an address with the anchor of a name, such as people.html#person-max-doe, to the page with its initial.
   It is only used on pages with too many names to keep an anchor for each of them. */
(() => {
  "use strict";

  const index = document.querySelector(".recap-index");
  const start = `#${index.dataset.kind}-`;

  function follow() {
    const { hash } = location;
    if (!hash.startsWith(start) || document.getElementById(hash.slice(1))) return;
    const name = hash.slice(start.length).replaceAll("-", "");
    const beginning = ({ href }) => /([^/]+?)(?:\.[^/.]+)?\/?$/.exec(new URL(href).pathname)[1];
    const pages = [...index.querySelectorAll(".recap-index-letters a")].filter((link) => name.startsWith(beginning(link)));
    pages.sort((one, other) => beginning(other).length - beginning(one).length);
    if (pages.length && !pages[0].hasAttribute("aria-current")) location.replace(pages[0].href + hash);
  }

  window.addEventListener("hashchange", follow);
  follow();
})();
