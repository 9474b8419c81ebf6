"use strict";
// What a writer had put aside in another program stays aside: words deleted under track changes, hidden words and
// comments are left out; words that were struck out for readers to see stay struck out.
window.Newsroom = window.Newsroom || {};
{
    const { asBrowsersRead, isOutOfSight, lookOf, lookOfAttributes } = window.Newsroom;
    const DELETED = "del, [class*='msodel' i], [class*='msomovefrom' i], [class*='TrackChangeTextDeletion' i]";
    const COMMENTS = "[class*='msocom' i], [class*='MsoCommentReference' i], [style*='mso-element:comment' i], " +
        "[style*='mso-comment-' i][style*='mso-special-character:comment' i], [id^='cmnt']:not([href^='#cmnt_ref']), " +
        "sup:has(> a[href^='#cmnt']), p:has(> a[href^='#cmnt_ref']), div:has(> p > a[href^='#cmnt_ref'])";
    const STRIKES = /(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through/i;
    const STRIKES_NOT = /(?:^|;)\s*text-decoration(?:-line)?\s*:(?![^;]*line-through)/i;
    const SPACES = "meta, link, base, style, script, title, template, noscript";

    const all = (root, selector) => [...root.querySelectorAll(selector)];

    // The rules of the style sheets that a program puts beside its text, those for print alone not counted.
    function rulesOf(html) {
        const rules = [];
        for (const [, sheet] of html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)) {
            const plain = sheet.replace(/<!--|-->/g, " ").replace(/\/\*[\s\S]*?\*\//g, " ")
                .replace(/@(?:media|supports|keyframes)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/gi, " ");
            for (const [, selector, body] of plain.matchAll(/([^{};]+)\{([^{}]*)\}/g)) {
                if (!selector.trim().startsWith("@")) rules.push([selector.trim(), body]);
            }
        }
        return rules;
    }

    function styled(root, rules, pattern) {
        const found = all(root, "[style]").filter((element) => pattern.test(asBrowsersRead(element.getAttribute("style"))));
        for (const [selector, body] of rules) {
            if (!pattern.test(asBrowsersRead(body))) continue;
            try {
                found.push(...all(root, selector));
            } catch {
                continue; // a selector that browsers don't know
            }
        }
        return found;
    }

    // What style sheets, attributes and styles make of each element that they name: those later win.
    function looksOf(root, rules) {
        const looks = new Map();
        const add = (element, look) => {
            const before = looks.get(element) || { hides: false, passedOn: {} };
            looks.set(element, {
                hides: before.hides || look.hides, passedOn: { ...before.passedOn, ...look.passedOn },
            });
        };
        for (const element of [root, ...all(root, "[color], [bgcolor], [background], [class], [id]")]) {
            add(element, { hides: false, passedOn: lookOfAttributes(element, rules.length > 0) });
        }
        for (const [selector, body] of rules) {
            const look = lookOf(body);
            if (!look.hides && !Object.keys(look.passedOn).length) continue;
            try {
                for (const element of all(root, selector)) add(element, look);
                if (root.matches(selector)) add(root, look);
            } catch {
                continue; // a selector that browsers don't know
            }
        }
        for (const element of all(root, "[style]")) add(element, lookOf(element.getAttribute("style")));
        if (root.hasAttribute("style")) add(root, lookOf(root.getAttribute("style")));
        return looks;
    }

    // Takes out the words that nobody saw, and returns in how many pieces they stood.
    function dropUnseenWords(element, looks, around) {
        const look = { ...around, ...looks.get(element)?.passedOn };
        const unseen = isOutOfSight(look);
        const begins = unseen && !isOutOfSight(around);
        let dropped = 0;
        let own = 0;
        for (const child of [...element.childNodes]) {
            if (child.nodeType === Node.ELEMENT_NODE) {
                dropped += dropUnseenWords(child, looks, look);
            } else if (unseen && child.nodeType === Node.TEXT_NODE && child.data.trim()) {
                child.remove();
                own = 1;
            }
        }
        if (begins && !element.textContent.trim() && element.parentElement && own + dropped) element.remove();
        return begins ? Math.min(own + dropped, 1) : dropped + own;
    }

    function strike(element) {
        const struck = element.ownerDocument.createElement("s");
        struck.append(...element.childNodes);
        element.append(struck);
    }

    // A table, a list or a row can't be struck itself: what holds its words can.
    function holdersOfWords(element) {
        const boxes = "p, h1, h2, h3, h4, h5, h6, li, td, th, div, dt, dd, blockquote, caption";
        const inner = all(element, boxes).filter((box) => !box.querySelector(`${boxes}, ul, ol, table`));
        return inner.length ? inner : [element];
    }

    // Takes out what was put aside, and returns how many pieces with words were among it.
    window.Newsroom.dropAsides = function dropAsides(root, html) {
        const looks = looksOf(root, rulesOf(html));
        let dropped = 0;
        const drop = (element) => {
            if (!root.contains(element) || element === root) return;
            if (element.textContent.trim() && !element.matches(SPACES)) dropped += 1;
            element.remove();
        };
        all(root, COMMENTS).forEach(drop);
        all(root, DELETED).forEach(drop);
        all(root, "[hidden], [popover], dialog:not([open])").forEach(drop);
        for (const [element, look] of looks) if (look.hides) drop(element);
        return dropped + dropUnseenWords(root, looks, {});
    };

    // Words that are struck out for all to see become s, however a program says so.
    window.Newsroom.readStruck = function readStruck(root, html) {
        const rules = rulesOf(html);
        for (const element of all(root, "strike")) {
            const struck = element.ownerDocument.createElement("s");
            struck.append(...element.childNodes);
            element.replaceWith(struck);
        }
        for (const element of styled(root, rules, STRIKES)) {
            if (element.style.textDecoration && STRIKES_NOT.test(element.getAttribute("style"))) continue;
            if (element.textContent.trim() && !element.closest("s")) holdersOfWords(element).forEach(strike);
        }
        for (const element of all(root, "s")) {
            if (STRIKES_NOT.test(element.getAttribute("style") || "")) element.replaceWith(...element.childNodes);
        }
    };
}
