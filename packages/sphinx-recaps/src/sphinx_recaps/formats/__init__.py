"""Output formats: footnotes in HTML, LaTeX, plain text and manual pages."""
