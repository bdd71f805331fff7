/**
 * Turns the cover of a video into a player on request; until then, the page contacts no other host.
 * page.html?t=90#name, or ?t=1m30s, opens the page at the video with that name, ready to start there.
 */
(() => {
  "use strict";

  const PLAYER = "https://www.youtube-nocookie.com";

  /** Return the seconds in `90`, `90s`, `1h2m3s` or `1:02:03`; null for other text. */
  function seconds(text) {
    const clock = /^(?:(\d{1,3}):)?(\d{1,4}):(\d{2})$/.exec(text);
    const units = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?$/.exec(text);
    const match = clock ?? units;
    if (!text || !match) return null;
    const [hours, minutes, rest] = match.slice(1).map((part) => Number(part ?? 0));
    return hours * 3600 + minutes * 60 + rest;
  }

  function clock(time) {
    const parts = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60];
    if (!parts[0]) parts.shift();
    return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
  }

  function startOf(link) {
    return seconds(new URL(link.href).searchParams.get("t") ?? "") ?? 0;
  }

  function isSameVideo(...links) {
    const [one, other] = links.map((link) => new URL(link.href));
    return one.host === other.host && one.pathname === "/watch" && one.searchParams.get("v") === other.searchParams.get("v");
  }

  function isPlain(event) {
    return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  }

  class Video {
    constructor(figure) {
      this.figure = figure;
      this.frame = figure.querySelector(".recap-video-frame");
      this.cover = figure.querySelector(".recap-video-cover");
      this.chapters = [...figure.querySelectorAll(".recap-chapters a")].filter((link) => isSameVideo(link, this.cover));
      this.player = null;
      this.answers = false;
      this.cover.addEventListener("click", (event) => {
        if (!isPlain(event)) return;
        event.preventDefault();
        this.play(startOf(this.cover));
        this.player.focus();
      });
      for (const chapter of this.chapters) {
        chapter.addEventListener("click", (event) => {
          if (!isPlain(event)) return;
          event.preventDefault();
          this.chapter(chapter);
        });
      }
    }

    /** Starts at a time. The first call contacts YouTube. */
    play(time) {
      if (this.answers) {
        this.tell("seekTo", [time, true]);
        this.tell("playVideo", []);
        return;
      }
      const address = new URL(this.frame.dataset.embed);
      // Play at once, within the page also on phones, and accept commands from this page.
      const parameters = { autoplay: 1, playsinline: 1, enablejsapi: 1, origin: location.origin, start: time };
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      const player = document.createElement("iframe");
      player.className = "recap-video-player";
      player.title = this.cover.querySelector(".recap-video-title").textContent;
      player.allow = "autoplay; encrypted-media; picture-in-picture";
      player.allowFullscreen = true;
      player.referrerPolicy = "strict-origin-when-cross-origin"; // the player requires a referrer
      player.src = address;
      player.addEventListener("load", () => {
        this.tell();
        // Until now, the initial empty document of the frame has the focus.
        if (document.activeElement === player) player.contentWindow.focus();
      });
      // A player that does not answer is replaced; changing its address would add an entry to the browser history.
      (this.player ?? this.cover).replaceWith(player);
      this.player = player;
      this.figure.classList.add("recap-video-playing");
    }

    chapter(link) {
      const time = startOf(link);
      const first = !this.player;
      this.play(time);
      if (first) this.player.focus();
      this.frame.scrollIntoView({ block: "nearest" });
      for (const other of this.chapters) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      if (this.figure.id) {
        const address = new URL(location.href);
        address.searchParams.set("t", time);
        address.hash = this.figure.id;
        history.replaceState(history.state, "", address);
      }
    }

    prepare(time) {
      if (this.player) return;
      const address = new URL(this.cover.href);
      address.searchParams.set("t", `${time}s`);
      this.cover.href = address;
      this.cover.querySelector(".recap-video-play").textContent = this.frame.dataset.from.replace("{time}", clock(time));
    }

    /** Sends a command to YouTube's player; without one, asks it to send messages. */
    tell(func, args) {
      const message = func ? { event: "command", func, args } : { event: "listening" };
      this.player.contentWindow.postMessage(JSON.stringify(message), PLAYER);
    }
  }

  const videos = [...document.querySelectorAll(".recap-video:not(.recap-video-gone)")].map((figure) => new Video(figure));

  window.addEventListener("message", (event) => {
    if (event.origin !== PLAYER) return;
    const video = videos.find(({ player }) => player && player.contentWindow === event.source);
    if (video) video.answers = true;
  });

  const requestedTime = seconds(new URLSearchParams(location.search).get("t") ?? "");
  const target = videos.find(({ figure }) => figure.id && location.hash === `#${figure.id}`);
  if (target && requestedTime !== null) target.prepare(requestedTime);
})();
