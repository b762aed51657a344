"""The pages in a real browser: Debian's Chromium, by keyboard alone, with and without JavaScript, and axe-core."""
