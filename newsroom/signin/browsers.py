"""Names a browser and its system in words, from the User-Agent header."""

import re

# The first that matches: others name Chrome and Safari too.
BROWSERS = [
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
]
SYSTEMS = [
    ("Android", r"\bAndroid\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Mac", r"\bMac(intosh| OS X)\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
]
LOOKED_AT = 500  # characters


def words_for(user_agent: str) -> str:
    """Return browser and system, such as 'Firefox, Linux'; "" where neither is known."""
    found = [_first(BROWSERS, user_agent[:LOOKED_AT]), _first(SYSTEMS, user_agent[:LOOKED_AT])]
    return ", ".join(name for name in found if name)


def _first(names: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), "")
