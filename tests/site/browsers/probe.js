/* Runs before all scripts of a page, and records errors, warnings, missing files and policy violations. */
(() => {
  const problems = (window.problems = []);
  const record = (...parts) => problems.push(parts.join(" "));
  addEventListener(
    "error",
    ({ target, message, filename, lineno }) =>
      target === window ? record("error", message, filename, lineno) : record("missing", target.src || target.href),
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => record("rejection", reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    record("policy", violatedDirective, blockedURI),
  );
  for (const name of ["error", "warn"]) {
    const original = console[name];
    console[name] = (...parts) => {
      record(name, ...parts);
      original.apply(console, parts);
    };
  }
})();
