"use strict";
// Lines that a program broke where its page or its window ended become paragraphs again.
window.Newsroom = window.Newsroom || {};
{
    const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, table, figure, hr, section, article, " +
        "header, footer, main, aside, address, center, dl, dt, dd, pre, form, details";
    const MEANS = "a[href], b, strong, i, em, s, sup, sub, code, cite, [data-picture], [style*='bold'], [style*='italic'], " +
        "[style*='font-weight'], [style*='vertical-align']";
    const SHORTEST_LINE = 45; // characters; verses and addresses have shorter ones, and keep their lines
    const LONGEST_LINE = 85; // characters; a mail that was broken into lines has no longer ones

    const all = (root, selector) => [...root.querySelectorAll(selector)];

    // Returns the lines, each with the break that ends it (none at a paragraph).
    function linesOf(root) {
        const lines = [{ text: "", end: null }];
        const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_ALL);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            if (node.nodeType === Node.TEXT_NODE) lines.at(-1).text += node.data.replace(/\s+/g, " ");
            else if (node.matches("br")) {
                lines.at(-1).end = node;
                lines.push({ text: "", end: null });
            } else if (node.matches("p, div")) lines.push({ text: "", end: null }, { text: "", end: null });
        }
        return lines.map(({ text, end }) => ({ text: text.trim(), end }));
    }

    function usualLength(lines) {
        const lengths = lines.map((line) => line.text.length).filter(Boolean).sort((a, b) => a - b);
        return lengths[Math.floor(lengths.length * 0.75)] || 0;
    }

    // A PDF viewer gives lines, not paragraphs: a line that ends early ends a paragraph.
    window.Newsroom.joinLines = function joinLines(root) {
        const viewer = root.querySelector("br[role='presentation']");
        const blocks = all(root, BLOCKS).some((block) => !block.matches("p, div"));
        if (!viewer && (blocks || all(root, "br").length < 2)) return;
        const lines = linesOf(root);
        const usual = usualLength(lines);
        if (!viewer && usual < SHORTEST_LINE) return;
        if (root.querySelector(MEANS)) {
            if (viewer || usual <= LONGEST_LINE) joinInPlace(root, lines, usual);
            return;
        }
        joinAsWords(root, lines.map((line) => line.text), usual);
    };

    // Links and formats stay where they are: only the breaks within paragraphs go.
    function joinInPlace(root, lines, usual) {
        lines.forEach(({ text, end }, n) => {
            const next = lines[n + 1];
            if (!end || !text || !next || !next.text) return;
            if (text.length < usual * 0.75 && (/[.!?:…"”,]$/.test(text) || text.length < usual * 0.5)) return;
            if (/[.!?:…]["”’)]*$/u.test(text) && /^["“‘(]*\p{Lu}/u.test(next.text)) return; // a break that may be meant
            const before = end.previousSibling;
            const isParted = before && /\p{L}-\s*$/u.test(before.data || "") && /^\p{Ll}/u.test(next.text);
            if (isParted) before.data = before.data.replace(/-\s*$/, "");
            end.replaceWith(isParted ? "" : " ");
        });
        root.normalize();
    }

    function joinAsWords(root, lines, usual) {
        const paragraphs = [""];
        for (const line of lines) {
            const before = paragraphs.at(-1);
            if (!line) {
                if (before) paragraphs.push("");
            } else if (/[\p{L}]-$/u.test(before) && /^\p{Ll}/u.test(line)) paragraphs[paragraphs.length - 1] = before.slice(0, -1) + line;
            else paragraphs[paragraphs.length - 1] = before ? `${before} ${line}` : line;
            if (line && line.length < usual * 0.75 && /[.!?:…"”]$/.test(line)) paragraphs.push("");
        }
        root.replaceChildren(...paragraphs.filter(Boolean).map((text) => {
            const paragraph = root.ownerDocument.createElement("p");
            paragraph.textContent = text;
            return paragraph;
        }));
    }
}
