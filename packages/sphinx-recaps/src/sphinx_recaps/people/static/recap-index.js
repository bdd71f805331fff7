/* Redirects an address with the anchor of a name, such as people.html#person-max-doe, to the page that has it now.
   It is only used in an index that is divided by initial, where people are sorted by family name: any word of a name
   may be its first, so a page is only opened if it has the name. */
(() => {
  "use strict";

  const index = document.querySelector(".recap-index");
  const start = `#${index.dataset.kind}-`;
  const beginning = ({ href }) => /([^/]+?)(?:-\d+)?(?:\.[^/.]+)?\/?$/.exec(new URL(href).pathname)[1]; // doe-2.html: doe

  function* candidates(words) {
    const links = [...index.querySelectorAll(".recap-index-letters a:not([aria-current])")];
    links.sort((one, other) => beginning(other).length - beginning(one).length);
    for (let first = words.length - 1; first >= 0; first--) {
      const name = [...words.slice(first), ...words.slice(0, first)].join("");
      yield* links.filter((link) => name.startsWith(beginning(link)));
    }
  }

  async function has(page, id) {
    try {
      const response = await fetch(page);
      return response.ok && new RegExp(`\\bid="?${id}["\\s>]`).test(await response.text());
    } catch {
      return true; // a page without a server cannot read others
    }
  }

  async function follow() {
    const { hash } = location;
    if (!/^#[a-z0-9-]+$/.test(hash) || !hash.startsWith(start) || document.getElementById(hash.slice(1))) return;
    for (const { href } of new Set(candidates(hash.slice(start.length).split("-")))) {
      if (await has(href, hash.slice(1))) {
        location.replace(href + hash);
        return;
      }
    }
  }

  window.addEventListener("hashchange", follow);
  follow();
})();
