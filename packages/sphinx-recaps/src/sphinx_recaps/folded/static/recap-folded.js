/** Expands the section with the target of the address, in browsers that do not do so, and all sections for printing. */
(() => {
  "use strict";

  function open() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = place?.closest(".recap-folded")?.querySelector("details");
    if (!details || details.open) return;
    details.open = true;
    place.scrollIntoView();
  }

  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => document.querySelectorAll(".recap-folded details").forEach((details) => (details.open = true)));
  open();
})();
