/** Adds the time of each session in the reader's time zone, unless the page already shows it. */
(() => {
  "use strict";

  const language = document.documentElement.lang || "en";
  const inDays = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { calendar: "gregory", day: "numeric", month: "long" });

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const pad = (number) => String(number).padStart(2, "0");

  /** Return the local date of a time, such as `2021-04-21`. */
  const dayOf = (time) => new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 10);

  const clockOf = (time) => `${pad(time.getHours())}:${pad(time.getMinutes())}`;

  /** Return the offset from UTC in minutes of a time such as `2021-04-21T08:00-07:00`. */
  function offsetOf(text) {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? ["", "+", 0, 0];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }

  for (const line of document.querySelectorAll(".recap-event-local")) {
    const shown = [...line.parentElement.querySelectorAll("time")].map((time) => time.dateTime);
    const [start, end] = shown.map((text) => new Date(text));
    if (!shown.some((text) => offsetOf(text) === -start.getTimezoneOffset())) {
      const words = JSON.parse(line.dataset.words);
      let clock = fill(words.clock, { start: clockOf(start), end: clockOf(end) });
      if (dayOf(start) !== line.dataset.day) clock = fill(words.dated, { day: inDays.format(start), clock });
      if (dayOf(end) !== dayOf(start)) clock = fill(words.ends, { day: inDays.format(end), clock });
      line.textContent = clock;
    }
  }
})();
