/** On a phone “On this page” is a dialog over the page: it closes when a link has led to a place behind it. */
document.addEventListener("click", ({ target }) => {
  target.closest("dialog[open] a[href*='#']")?.closest("dialog").close();
});
