/* Adds a button to each citation that copies it. */
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const NOTICE = 2500; // milliseconds

  for (const cite of document.querySelectorAll(".recap-cite")) {
    const [text, files] = [cite.querySelector("p"), cite.querySelector("ul")];
    const item = document.createElement("li");
    const button = document.createElement("button");
    const said = document.createElement("span");
    button.type = "button";
    button.textContent = words.copy;
    said.role = "status";
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(text.textContent).then(
        () => {
          said.textContent = ` ${words.copied}`;
          setTimeout(() => {
            said.textContent = "";
          }, NOTICE);
        },
        () => getSelection().selectAllChildren(text), // where copying is not allowed
      );
    });
    item.append(button, said);
    files.prepend(item);
  }
})();
