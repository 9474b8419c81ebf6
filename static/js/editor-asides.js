"use strict";
// What a writer had put aside in another program stays aside: words deleted under track changes, hidden words and
// comments are left out; words that were struck out for readers to see stay struck out.
window.Newsroom = window.Newsroom || {};
{
    const DELETED = "del, [class*='msodel' i], [class*='msomovefrom' i], [class*='TrackChangeTextDeletion' i]";
    const COMMENTS = "[class*='msocom' i], [class*='MsoCommentReference' i], [style*='mso-element:comment' i], " +
        "[style*='mso-comment-' i][style*='mso-special-character:comment' i], [id^='cmnt']:not([href^='#cmnt_ref']), " +
        "sup:has(> a[href^='#cmnt']), p:has(> a[href^='#cmnt_ref']), div:has(> p > a[href^='#cmnt_ref'])";
    const HIDES = /(?:^|;)\s*(?:display\s*:\s*none|mso-hide\s*:\s*(?:all|screen)|opacity\s*:\s*[-+]?(?:0+\.?0*|\.0+)(?:e\d+)?%?\s*(?:;|!|$)|color\s*:\s*(?:transparent|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)\s*(?:;|!|$)|(?:rgb|hsl)a?\((?:[^(),]*,){3}\s*[0.]+%?\s*\)|(?:rgb|hsl)a?\([^(),/]*\/\s*[0.]+%?\s*\)))/i;
    const HIDES_UNLESS_SHOWN_WITHIN = {
        "visibility": /(?:^|;)\s*visibility\s*:\s*(?:hidden|collapse)/i,
        "font-size": /(?:^|;)\s*font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)/i,
    };
    const STRIKES = /(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through/i;
    const STRIKES_NOT = /(?:^|;)\s*text-decoration(?:-line)?\s*:(?![^;]*line-through)/i;
    const SPACES = "meta, link, base, style, script, title, template, noscript";

    const ESCAPED = /\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi;

    // Declarations as browsers read them: without comments and escapes.
    const asRead = (style) => style.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, "").replace(ESCAPED,
        (_, code, letter) => letter || String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)));

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
        const found = all(root, "[style]").filter((element) => pattern.test(asRead(element.getAttribute("style"))));
        for (const [selector, body] of rules) {
            if (!pattern.test(asRead(body))) continue;
            try {
                found.push(...all(root, selector));
            } catch {
                continue; // a selector that browsers don't know
            }
        }
        return found;
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
        const rules = rulesOf(html);
        let dropped = 0;
        const drop = (element) => {
            if (!root.contains(element) || element === root) return;
            if (element.textContent.trim() && !element.matches(SPACES)) dropped += 1;
            element.remove();
        };
        all(root, COMMENTS).forEach(drop);
        all(root, DELETED).forEach(drop);
        all(root, "[hidden]").forEach(drop);
        styled(root, rules, HIDES).forEach(drop);
        for (const [property, pattern] of Object.entries(HIDES_UNLESS_SHOWN_WITHIN)) {
            styled(root, rules, pattern).filter((box) => !box.querySelector(`[style*='${property}']`)).forEach(drop);
        }
        return dropped;
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
