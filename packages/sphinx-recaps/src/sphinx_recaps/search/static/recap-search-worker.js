/* Searches with Pagefind, in a worker: the policy of pages then needs to allow neither WebAssembly nor more scripts.
   recap-search.js sends queries and shows what comes back. records.py says what is indexed. */
"use strict";

const ABOUT = "recap-about:"; // the same in records.py
const PLACES = /^(?:h[2-6]|p|li|dt|dd|td)$/;
const EXCERPT = 26; // words
const BEFORE = 5; // words before the first match in an excerpt
const MOST_PLACES = 3; // places within a result
const SIZES = [[4, 7], [8, 11], [12, 15], [16, 99]]; // of the words in a file of spellings; the same in index.py
const RANKING = { pageLength: 0.4, termFrequency: 0.6, termSimilarity: 2, metaWeights: { title: 4 } };

const ENDING = /^\p{L}?(?:s|es|ed|ing|ers?|ly)$/u; // after the stem of an English word, such as in "running"
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}+#]+/gu) ?? [];

let config = null;
let pagefind = null;
const merged = new Map();
const spellings = new Map();

/* Return Pagefind with the first group; others are merged when they are searched first. */
async function start() {
  const [group] = config.groups;
  const { createInstance } = await import(`${config.base}${group}/pagefind.js`);
  const instance = createInstance({ mergeFilter: { group }, ranking: RANKING });
  merged.set(group, Promise.resolve());
  return instance;
}

async function load(group) {
  pagefind ??= start();
  const instance = await pagefind;
  if (!merged.has(group)) {
    const options = { mergeFilter: { group }, ranking: RANKING };
    merged.set(group, instance.mergeIndex(`${config.base}${group}/`, options));
  }
  await merged.get(group);
  return instance;
}

/* Return a query without words such as "the", and with spaces between words, also in languages that have none. */
function divided(query) {
  if (!/^(?:ja|zh|th)/.test(config.language)) {
    const words = query.split(/\s+/);
    const rest = words.filter((word) => !config.stop.includes(word.toLowerCase()));
    return query.startsWith('"') || !rest.length ? query : rest.join(" ");
  }
  const segments = [...new Intl.Segmenter(config.language, { granularity: "word" }).segment(query)];
  return segments.filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment).join(" ");
}

/* Return the results of a group for words that all must occur; facets are the filters to count. */
async function search(group, query, filters, facets = []) {
  const instance = await load(group);
  const any = Object.fromEntries(facets.map((name) => [name, { none: ["\u0000"] }])); // loads the filter
  const found = await instance.search(query, { filters: { ...any, ...filters, group } });
  const counts = facets.map((name) => [name, (filters[name] ? found.totalFilters : found.filters)[name] ?? {}]);
  return { results: found.results, facets: Object.fromEntries(counts) };
}

// -- Other spellings ---------------------------------------------------------------------------------------------------

async function spellingsOf(size) {
  if (!spellings.has(size)) {
    spellings.set(size, fetch(`${config.base}words-${SIZES[size][0]}.json`).then(async (response) => {
      const groups = response.ok ? await response.json() : [];
      return groups.flatMap((words, rarity) => words.split(" ").filter(Boolean).map((word) => [word, rarity]));
    }));
  }
  return spellings.get(size);
}

/* Return the number of letters to change, add, leave out or swap, up to a limit. */
function distance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
    }
    if (Math.min(...next) > limit) return limit + 1;
    [before, row] = [row, next];
  }
  return row[other.length];
}

/* Return the nearest words to one that does not occur, best first; none if it does occur. */
async function nearest(term) {
  if (term.length < 4) return [];
  const limit = term.length < 8 ? 1 : 2;
  const sizes = SIZES.map((_, size) => size)
    .filter((size) => SIZES[size][0] <= term.length + limit && term.length - limit <= SIZES[size][1]);
  const known = (await Promise.all(sizes.map(spellingsOf))).flat();
  if (known.some(([word]) => word === term)) return [];
  const near = known.map(([word, rarity]) => [distance(term, word, limit), word[0] === term[0] ? 0 : 1, rarity, word])
    .filter(([steps, other]) => steps + other <= Math.max(limit, 1));
  near.sort(([a, b, c], [d, e, f]) => a - d || b - e || c - f);
  if (near.length) return near.slice(0, 3).map((found) => found[3]);
  const longer = (await Promise.all(SIZES.map((_, size) => spellingsOf(size)))).flat();
  const parts = term.length < 5 ? [] : longer.filter(([word]) => word.includes(term)); // in compounds
  return parts.sort(([a], [b]) => a.length - b.length).slice(0, 3).map(([word]) => word);
}

/* Return whether words of a result are meant by a term: of an unknown word, Pagefind finds any beginning. */
const isMeant = (term, found) => found.some((word) => {
  let same = 0;
  while (same < term.length && word[same] === term[same]) same += 1;
  if (UNSPACED.test(term)) return same >= term.length / 2; // divided into words differently
  return same >= Math.max(Math.min(3, term.length), term.length * 0.7) || (same > 2 && ENDING.test(term.slice(same)));
});

async function unknown(terms, results) {
  if (!results.length) return terms;
  const best = await Promise.all(results.slice(0, 3).map((result) => result.data()));
  const found = best.flatMap(({ raw_content: content, locations }) => {
    const words = split(content);
    return locations.flatMap((place) => wordsOf(words[place] ?? ""));
  });
  return terms.filter((term) => !isMeant(term, found));
}

/* Return the results for a query; if there are none, those for the nearest spelling, or with most of the words. */
async function find(group, { query, filters, facets, strict }) {
  const all = await search(group, query, filters, facets);
  const terms = [...new Set(wordsOf(query))];
  const doubtful = query.startsWith('"') ? [] : await unknown(terms, all.results);
  if (!doubtful.length) return all;
  if (strict) return { results: [] };
  const others = new Map(await Promise.all(doubtful.map(async (term) => [term, await nearest(term)])));
  const choices = Math.max(...[...others.values()].map((words) => words.length));
  for (let choice = 0; choice < choices; choice += 1) {
    const corrected = terms.map((term) => others.get(term)?.[choice] ?? others.get(term)?.[0] ?? term).join(" ");
    const found = await search(group, corrected, filters, facets);
    if (found.results.length && !(await unknown(wordsOf(corrected), found.results)).length) return { ...found, corrected };
  }
  const suggestions = [...others.values()].flat();
  const rest = terms.map((term) => others.get(term)?.[0] ?? term);
  return { ...(terms.length > 1 ? await mostOf(group, rest, filters) : { results: [] }), facets: all.facets, suggestions };
}

/* Return the results with most of the words; rare words count more. */
async function mostOf(group, terms, filters) {
  const scores = new Map();
  for (const term of terms) {
    const { results } = await search(group, term, filters);
    const isShort = term.length < 4 && !/\d/.test(term) && !UNSPACED.test(term); // perhaps such as "how" and "do"
    const weight = Math.log(config.counts[group] / results.length) ** 2 * (isShort ? 0.1 : 1);
    for (const result of (await unknown([term], results)).length ? [] : results) {
      const { score, first } = scores.get(result.id) ?? { score: 0, first: result };
      scores.set(result.id, { score: score + weight, first });
    }
  }
  const best = [...scores.values()].sort((a, b) => b.score - a.score || b.first.score - a.first.score);
  const least = Math.max(0.1, (best[0]?.score ?? 0) * 0.6);
  return { results: best.filter(({ score }) => score >= least).map(({ first }) => first), most: true };
}

// -- What a result shows -----------------------------------------------------------------------------------------------

const split = (content) => content.split(content.includes("\u200B") ? "\u200B" : /\s+/);

/* Return parts of a text, each with whether it matches: some words from a place, up to another one. */
function excerpt(words, joint, matches, from, to) {
  const inside = matches.filter((place) => place >= from && place < to);
  const counts = inside.map((place) => inside.filter((other) => other >= place && other < place + EXCERPT).length);
  const densest = inside[counts.indexOf(Math.max(...counts))] ?? from;
  const start = Math.max(from, Math.min(densest - BEFORE, to - EXCERPT));
  const end = Math.min(to, start + EXCERPT);
  const parts = words.slice(start, end).flatMap((word, place) => [
    [word.replace(/&lt;/g, "<").replace(/&gt;/g, ">"), inside.includes(start + place)],
    [joint, false],
  ]);
  if (start > from) parts.unshift(["… ", false]);
  if (end < to) parts.push(["…", false]);
  return parts;
}

/* Return the time of a paragraph of a transcript, whose id has the seconds, as in "t90"; "" for others. */
function clock(id) {
  const [, seconds] = /(?:^|-)t(\d+)(?:-|$)/.exec(id) ?? [];
  if (seconds === undefined) return "";
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, place) => String(part).padStart(place ? 2 : 1, "0")).join(":");
}

/* Return what is shown of a result. */
function shown(data) {
  const words = split(data.raw_content);
  const joint = data.raw_content.includes("\u200B") ? "" : " ";
  const anchors = [...data.anchors].sort((a, b) => a.location - b.location);
  const own = anchors.find(({ id }) => id.startsWith(ABOUT));
  const text = own?.location ?? 0;
  const matches = [...new Set(data.locations)].sort((a, b) => a - b);
  const places = anchors.filter(({ element, id, location }) => PLACES.test(element) && id && location >= text);
  const inPlaces = places.map((place, number) => {
    const to = places[number + 1]?.location ?? words.length;
    return { place, to, count: matches.filter((match) => match >= place.location && match < to).length };
  }).filter(({ count }) => count);
  const best = [...inPlaces].sort((a, b) => b.count - a.count).slice(0, MOST_PLACES);
  const url = data.raw_url;
  return {
    url,
    title: data.meta.title,
    about: own ? JSON.parse(own.id.slice(ABOUT.length)) : {},
    excerpt: excerpt(words, joint, matches, text, places[0]?.location > text ? places[0].location : words.length),
    places: inPlaces.filter((one) => best.includes(one)).map(({ place, to }) => ({
      url: `${url.split("#")[0]}#${place.id}`,
      title: place.element.startsWith("h") ? place.text.trim() : clock(place.id),
      excerpt: excerpt(words, joint, matches, place.location, to),
    })),
    terms: [...new Set(matches.flatMap((match) => wordsOf(words[match] ?? "")))],
  };
}

/* Return the people and topics of entries that have all words of the query. */
function names(entries, terms) {
  const found = new Map();
  for (const { about } of entries) {
    for (const type of ["person", "topic"]) {
      for (const [name, url] of about[type] ?? []) {
        const parts = wordsOf(name);
        if (url && terms.every((term) => parts.some((part) => part.startsWith(term)))) found.set(url, { type, name, url });
      }
    }
  }
  return [...found.values()].slice(0, 5);
}

async function answer({ group, number, ...asked }) {
  const query = divided(asked.query);
  const { results, ...rest } = await find(group, { ...asked, query });
  const items = (await Promise.all(results.slice(0, number).map((result) => result.data()))).map(shown);
  const isNamed = ({ title }) => fold(title) === fold(query);
  items.sort((a, b) => isNamed(b) - isNamed(a)); // the rest stays in its order
  return { ...rest, total: results.length, items, names: names(items, wordsOf(rest.corrected ?? query)) };
}

addEventListener("message", async ({ data }) => {
  config = data.config;
  try {
    if (!data.group) await load(config.groups[0]); // before anybody types
    else postMessage({ id: data.id, found: await answer(data) });
  } catch (error) {
    pagefind = null; // tries again at the next query
    merged.clear();
    postMessage({ id: data.id, error: String(error) });
  }
});
