/**
 * Runs Lighthouse on pages, simulating a phone with a slow connection, and prints a line of JSON for each page.
 *
 * Takes one argument: { addresses, runs, chrome, flags } as JSON. It is copied beside the node_modules that it uses.
 */
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { addresses, runs, chrome, flags } = JSON.parse(process.argv[2]);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const figure = (lhr, audit) => lhr.audits[audit]?.numericValue ?? 0;
const FIGURES = {
  bytes: (lhr) => figure(lhr, "total-byte-weight"),
  requests: (lhr) =>
    lhr.audits["network-requests"].details.items.filter(({ url }) => !url.startsWith("data:")).length,
  first: (lhr) => figure(lhr, "first-contentful-paint"),
  largest: (lhr) => figure(lhr, "largest-contentful-paint"),
  shift: (lhr) => figure(lhr, "cumulative-layout-shift"),
  blocked: (lhr) => figure(lhr, "total-blocking-time"),
};

/** The audits that cost points: the title of each, with the first elements and addresses that it reports. */
const costs = (lhr) =>
  CATEGORIES.flatMap((name) =>
    lhr.categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.995)
      .map(({ id }) => {
        const { title, displayValue, details } = lhr.audits[id];
        const items = (details?.items ?? []).slice(0, 3).map(({ node, url, description, source }) =>
          node?.snippet ?? url ?? description ?? source?.url ?? "");
        return { category: name, id, message: [title, displayValue, ...items].filter(Boolean).join(" · ") };
      }),
  );

const browser = await launch({ chromePath: chrome, chromeFlags: ["--headless=new", ...flags], logLevel: "silent" });
try {
  for (const address of addresses) {
    const results = [];
    for (let run = 0; run < runs; run++) {
      const { lhr } = await lighthouse(address, { port: browser.port, logLevel: "silent", onlyCategories: CATEGORIES });
      if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
      results.push(lhr);
    }
    const scores = CATEGORIES.map((name) => Math.round(100 * median(results.map((lhr) => lhr.categories[name].score))));
    const figures = Object.fromEntries(
      Object.entries(FIGURES).map(([name, read]) => [name, median(results.map(read))]),
    );
    const lost = new Map(results.flatMap(costs).map((cost) => [cost.id, cost]));
    console.log(JSON.stringify({ address, version: results[0].lighthouseVersion, scores, figures, costs: [...lost.values()] }));
  }
} finally {
  browser.kill();
}
