/* Adds a button to each citation that copies it. */
(() => {
  const { copy, copied } = JSON.parse(document.currentScript.dataset.words);
  for (const text of document.querySelectorAll(".recap-cite p")) {
    const button = document.createElement("button");
    button.ariaLive = "polite";
    button.textContent = copy;
    button.onclick = async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = copied;
    };
    text.after(button, " ");
  }
})();
