/**
 * A transcript below a video: plays from each paragraph, shows which one is being said, and lets readers correct the
 * line they look at. A page that is opened at a paragraph is ready to play from there.
 */
(() => {
  "use strict";

  const PLAYER = "https://www.youtube-nocookie.com";

  function startOf(link) {
    return parseInt(new URL(link.href).searchParams.get("t") ?? "0", 10);
  }

  for (const transcripts of document.querySelectorAll(".recap-transcripts")) {
    const figure = transcripts.previousElementSibling;
    const cover = figure?.querySelector(".recap-video-cover");
    const paragraphs = [...transcripts.querySelectorAll("[data-line]")];

    // recap-video.js, which runs after this script, plays the chapters of a video: one hidden chapter serves all times.
    if (cover) {
      const list = document.createElement("span");
      const chapter = document.createElement("a");
      list.className = "recap-chapters";
      list.hidden = true;
      chapter.href = cover.href;
      list.append(chapter);
      figure.append(list);
      transcripts.addEventListener("click", (event) => {
        const link = event.target.closest("p > a[href*='/watch?']");
        if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        chapter.href = link.href;
        chapter.click();
      });
    }

    // The current line: the player reports its time to pages that listen, which needs no further request.
    const timed = paragraphs.map((paragraph) => [paragraph, paragraph.querySelector("a[href*='/watch?']")]).filter(([, link]) => link);
    let current = [];
    addEventListener("message", (event) => {
      if (event.origin !== PLAYER || event.source !== figure?.querySelector("iframe")?.contentWindow) return;
      let time;
      try {
        time = JSON.parse(event.data).info?.currentTime;
      } catch {
        return;
      }
      if (typeof time !== "number") return;
      const said = [...transcripts.querySelectorAll("details")].map((details) =>
        timed.findLast(([paragraph, link]) => details.contains(paragraph) && startOf(link) <= time)?.[0]);
      if (said.every((one, index) => one === current[index])) return;
      for (const one of current) one?.removeAttribute("aria-current");
      for (const one of said) one?.setAttribute("aria-current", "true");
      current = said;
    });

    // One link moves to the paragraph that has the pointer or the focus.
    for (const details of transcripts.querySelectorAll("[data-edit]")) {
      const link = document.createElement("a");
      link.className = "recap-transcript-fix";
      const show = (event) => {
        const paragraph = event.target.closest("[data-line]");
        if (!paragraph || link.parentElement === paragraph) return;
        link.href = details.dataset.edit.replace(/#L\d+$/, `#L${paragraph.dataset.line}`);
        link.textContent = details.dataset.fix.replace("{line}", paragraph.dataset.line);
        paragraph.append(" ", link);
      };
      for (const type of ["pointerover", "focusin"]) details.addEventListener(type, show);
    }

    const prepare = () => {
      const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const link = transcripts.contains(place) && place.querySelector("a[href*='/watch?']");
      if (!link || !cover?.isConnected) return;
      cover.href = link.href;
      cover.querySelector(".recap-video-play").textContent = transcripts.dataset.from.replace("{time}", link.textContent);
    };
    addEventListener("hashchange", prepare);
    prepare();
  }
})();
