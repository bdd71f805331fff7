/**
 * Tells each session's time on the reader's own clock, below the clocks that the page has. The line stays empty
 * where the reader's clock is one of those. Without this script the page has the organisers' time and UTC.
 */
(() => {
  "use strict";

  const language = document.documentElement.lang || "en";
  const inDays = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { calendar: "gregory", day: "numeric", month: "long" });

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const pad = (number) => String(number).padStart(2, "0");

  /** `2021-04-21`, on the reader's calendar. */
  const dayOf = (time) => [time.getFullYear(), pad(time.getMonth() + 1), pad(time.getDate())].join("-");

  /** `08:00`, on the reader's clock. */
  const clockOf = (time) => `${pad(time.getHours())}:${pad(time.getMinutes())}`;

  /** The minutes that an address of time such as `2021-04-21T08:00-07:00` or `…Z` is ahead of UTC. */
  function aheadOf(text) {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? ["", "+", 0, 0];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }

  for (const line of document.querySelectorAll(".recap-event-local")) {
    const shown = [...line.parentElement.querySelectorAll("time")].map((time) => time.dateTime);
    const [start, end] = shown.map((text) => new Date(text));
    if (!shown.some((text) => aheadOf(text) === -start.getTimezoneOffset())) {
      const words = JSON.parse(line.dataset.words);
      let clock = fill(words.clock, { start: clockOf(start), end: clockOf(end) });
      if (dayOf(start) !== line.dataset.day) clock = fill(words.dated, { day: inDays.format(start), clock });
      if (dayOf(end) !== dayOf(start)) clock = fill(words.ends, { day: inDays.format(end), clock });
      line.textContent = clock;
    }
  }
})();
