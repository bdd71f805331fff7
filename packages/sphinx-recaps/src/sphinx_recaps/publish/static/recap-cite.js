/* Adds a button to each citation that copies it. */
(() => {
  if (!navigator.clipboard) return; // only pages from https or from this computer may copy
  const { copy, copied } = JSON.parse(document.currentScript.dataset.words);
  for (const text of document.querySelectorAll(".recap-cite p")) {
    const button = document.createElement("button");
    button.type = "button";
    button.ariaLive = "polite";
    button.textContent = copy;
    button.onclick = async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = copied;
    };
    text.after(button, " ");
  }
})();
