"""Formats for programs: previews, structured data, citations, feeds, calendars, exports, sitemap."""
