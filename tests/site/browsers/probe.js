/* Runs before any script of a page: notes everything that it complains about. */
(() => {
  const complaints = (window.complaints = []);
  const note = (...parts) => complaints.push(parts.join(" "));
  addEventListener(
    "error",
    ({ target, message, filename, lineno }) =>
      target === window ? note("error", message, filename, lineno) : note("missing", target.src || target.href),
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => note("rejection", reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    note("policy", violatedDirective, blockedURI),
  );
  for (const name of ["error", "warn"]) {
    const say = console[name];
    console[name] = (...parts) => {
      note(name, ...parts);
      say.apply(console, parts);
    };
  }
})();
