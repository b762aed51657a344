"""The pages in a real browser: Debian's Chromium, by keyboard alone, with and without JavaScript, judged by axe-core."""
