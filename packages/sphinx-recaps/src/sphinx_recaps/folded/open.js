(() => {
  const open = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = place?.closest(".recap-folded")?.querySelector("details");
    if (!details || details.open) return;
    details.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", open);
  addEventListener("DOMContentLoaded", open);
  addEventListener("beforeprint", () => document.querySelectorAll(".recap-folded details").forEach((one) => (one.open = true)));
})();
