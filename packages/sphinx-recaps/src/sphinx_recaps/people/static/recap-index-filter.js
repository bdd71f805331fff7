/** Filters the names of an index while the reader types; the address has the words: people.html?q=ann. */
(() => {
  "use strict";

  const form = document.querySelector(".recap-index-filter");
  if (!form) return;
  const [input, status] = form.querySelectorAll("input, [role=status]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");

  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}+/gu, "");

  // The first page of an index that is divided by initial has the names only.
  const selector = document.querySelector(".recap-index-names") ? ".recap-index-names" : ".recap-index-overview ul";
  const groups = [...document.querySelectorAll(selector)].map((list) => {
    const heading = list.previousElementSibling?.matches(".recap-index-up") ? [list.previousElementSibling.previousElementSibling, list.previousElementSibling] : [];
    return { parts: [...heading, list], names: [...list.children].map((item) => ({ item, text: fold(`${item.textContent} ${item.dataset.also ?? ""}`) })) };
  });

  function filter() {
    const words = fold(input.value).split(/\s+/);
    let found = 0;
    for (const { parts, names } of groups) {
      let any = false;
      for (const { item, text } of names) {
        item.hidden = !words.every((word) => text.includes(word));
        found += !item.hidden;
        any ||= !item.hidden;
      }
      for (const part of parts) part.hidden = !any;
    }
    status.textContent = input.value.trim() ? form.dataset.found.replace("{found}", numbers.format(found)) : "";
    const address = new URL(location.href);
    if (input.value.trim()) address.searchParams.set("q", input.value.trim());
    else address.searchParams.delete("q");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", filter);
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  if (input.value) filter();
  form.classList.add("recap-ready");
})();
