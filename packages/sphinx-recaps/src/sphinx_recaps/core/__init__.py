"""What every other folder builds on: warnings, options, texts, dates, and the assets of pages."""
