/** Opens a section for the place that the address names, where browsers do not, and for printing. */
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
