"""What machines read: previews, structured data, citations, feeds, calendars, exports, sitemap."""
