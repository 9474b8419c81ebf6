"use strict";
// Turns what word processors, mail programs, browsers and PDF viewers put on the clipboard into plain,
// semantic HTML. Knows no editor: Newsroom.cleanPaste(html, allowed, isTaken) takes text and gives text.
// The allow-list is the server's (newsroom/richtext/allowlist.py): {element: [attributes]}.
window.Newsroom = window.Newsroom || {};
{
    const { cleanTables, dropAsides, joinLines, readFauxLists, readListKinds, readStruck } = window.Newsroom;
    const UNSEEN = "script, style, template, title, noscript, link, meta, base, nav, button, input, select, " +
        "textarea, iframe, object, embed, [aria-hidden='true']";
    const PICTURES = "img, picture, video, audio, svg, canvas";
    const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, table, figure, hr, section, article, " +
        "header, footer, main, aside, address, center, dl, dt, dd, pre, form, details";
    const AROUND = "table, thead, tbody, tfoot, tr, td, th, ul, ol, li";
    const SAFE_LINK = /^(https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i;
    const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
    const NOTE = /^_?(ftn|edn|ftnt|ednt|sdfootnote|sdendnote)(_?ref)?(\d{1,4})(anc|sym)?$/;

    const all = (root, selector) => [...root.querySelectorAll(selector)];
    const isBlock = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS);
    const isBlank = (node) => !node.textContent.replace(/\u00a0/g, " ").trim();
    const unwrap = (element) => element.replaceWith(...element.childNodes);

    function rename(element, name) {
        const renamed = element.ownerDocument.createElement(name);
        for (const { name: key, value } of [...element.attributes]) {
            if (/^[a-z-]+$/.test(key)) renamed.setAttribute(key, value);
        }
        renamed.append(...element.childNodes);
        element.replaceWith(renamed);
        return renamed;
    }

    function dropComments(root) {
        const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
        const comments = [];
        while (walker.nextNode()) comments.push(walker.currentNode);
        comments.forEach((comment) => comment.remove());
    }

    // Takes out what is no text, and returns the number of pictures that were among it.
    function dropUnseen(root) {
        all(root, UNSEEN).forEach((element) => element.remove());
        const pictures = all(root, "img, video");
        all(root, PICTURES).forEach((element) => element.remove());
        return pictures.length;
    }

    // What is text only because of how it is shown: lines of preformatted text, spaces of Apple, lines above notes.
    function readLayout(root) {
        for (const box of all(root, "pre")) {
            const lines = box.textContent.replace(/\n$/, "").split("\n");
            box.replaceChildren(...lines.flatMap((line, n) => (n ? [root.ownerDocument.createElement("br"), line] : [line])));
        }
        all(root, ".Apple-converted-space").forEach((space) => space.replaceWith(" "));
        all(root, "[style*='footnote-list'] > hr, [style*='endnote-list'] > hr").forEach((line) => line.remove());
        for (const figure of all(root, "figure:not([data-picture])")) {
            if (figure.querySelector("table, blockquote, p, pre, ul, ol")) continue;
            all(figure, "figcaption").forEach((caption) => rename(caption, "p"));
            unwrap(figure);
        }
    }

    // What a style says about the meaning of words becomes an element; the rest of it goes.
    function readStyles(root) {
        for (const element of all(root, "b, strong")) {
            if (/^(normal|[1-4]00)$/.test(element.style.fontWeight)) unwrap(element);
        }
        for (const element of all(root, "i, em")) if (element.style.fontStyle === "normal") unwrap(element);
        for (const element of all(root, "span[style], font[style]")) {
            const { fontWeight, fontStyle, verticalAlign } = element.style;
            const meant = [];
            if (/^(bold|bolder|[6-9]00)$/.test(fontWeight)) meant.push("strong");
            if (/^(italic|oblique)$/.test(fontStyle)) meant.push("em");
            if (verticalAlign === "super") meant.push("sup");
            if (verticalAlign === "sub") meant.push("sub");
            if (isBlank(element)) continue;
            for (const name of meant) {
                const inner = root.ownerDocument.createElement(name);
                inner.append(...element.childNodes);
                element.append(inner);
            }
        }
    }

    // Headings start at h2: the page's title is the only h1.
    function shiftHeadings(root) {
        for (const title of all(root, "p.MsoTitle, p.title")) rename(title, "h1");
        const shift = root.querySelector("h1") ? 1 : 0;
        for (const heading of all(root, "h1, h2, h3, h4, h5, h6")) {
            const level = Math.min(4, Number(heading.tagName[1]) + shift);
            const shifted = rename(heading, `h${level}`);
            all(shifted, "b, strong, p, div").forEach(unwrap);
        }
    }

    // Notes of word processors get ids of ours, each under a number that the text does not use yet.
    function numberNotes(root, isTaken) {
        const numbers = new Map();
        const ours = (mark) => {
            const found = NOTE.exec(mark);
            if (!found) return "";
            const key = `${/^e|sdend/.test(found[1]) ? "e" : "f"}${found[3]}`;
            if (!numbers.has(key)) {
                let free = Number(found[3]);
                const used = new Set(numbers.values());
                while (used.has(free) || isTaken(`fn-${free}`) || isTaken(`fn-ref-${free}`)) free += 1;
                numbers.set(key, free);
            }
            return `fn-${found[2] || found[4] === "anc" ? "ref-" : ""}${numbers.get(key)}`;
        };
        for (const link of all(root, "a")) {
            const address = link.getAttribute("href") || "";
            const target = /^(#|file:[^#]*#)/i.test(address) ? ours(address.slice(address.indexOf("#") + 1)) : "";
            const own = ours(link.id) || ours(link.getAttribute("name") || "");
            link.removeAttribute("id");
            if (own) link.id = own;
            if (target) link.setAttribute("href", `#${target}`);
        }
    }

    // Mail programs and word processors wrap links to watch who follows them.
    function unwrapLink(address) {
        try {
            const url = new URL(address);
            if (/(^|\.)safelinks\.protection\.outlook\.com$/.test(url.hostname)) return url.searchParams.get("url") || address;
            if (/(^|\.)google\.com$/.test(url.hostname) && url.pathname === "/url") return url.searchParams.get("q") || address;
        } catch {
            return address;
        }
        return address;
    }

    function cleanLinks(root) {
        for (const link of all(root, "a")) {
            const address = unwrapLink((link.getAttribute("href") || "").replace(/[\u0000-\u0020]/g, ""));
            const inside = address.startsWith("#") && !/^#(fn|s)-/.test(address);
            if (SAFE_LINK.test(address) && !inside) link.setAttribute("href", address);
            else link.removeAttribute("href");
            if (!link.hasAttribute("href") && !link.id) unwrap(link);
        }
    }

    // What is not allowed yet becomes a paragraph or comes apart later: until then it keeps what a span may have.
    function cleanAttributes(root, allowed, office) {
        for (const element of all(root, "*")) {
            const kept = allowed[Object.hasOwn(allowed, element.localName) ? element.localName : "span"]
                .filter((name) => !(office && name === "lang"));
            for (const { name, value } of [...element.attributes]) {
                const wrong = name === "dir" ? !/^(rtl|auto)$/i.test(value)
                    : name === "data-picture" ? !UUID.test(value)
                        : /^(col|row)span$/.test(name) ? !/^([2-9]|[1-9][0-9])$/.test(value)
                            : name === "cite" ? !/^https?:\/\/[^/\\]/i.test(value)
                                : name === "type" ? !/^[aAiI]$/.test(value)
                                    : /^(start|value)$/.test(name) ? !/^\d{1,4}$/.test(value)
                                : name === "id" ? !/^fn-/.test(value) : false;
                if (wrong || !kept.includes(name)) element.removeAttribute(name);
            }
        }
    }

    // Words that stand in no paragraph, or between line breaks, become paragraphs; boxes around boxes go.
    function makeParagraphs(root) {
        for (const element of all(root, "*")) if (element.tagName.includes("-")) unwrap(element);  // a program's own
        for (const item of all(root, "li")) {
            const paragraphs = [...item.children].filter((child) => child.matches("p, div"));
            if (paragraphs.length === 1 && paragraphs[0] === item.firstElementChild) unwrap(paragraphs[0]);
        }
        for (const list of all(root, "ul > ul, ul > ol, ol > ul, ol > ol")) {
            if (list.previousElementSibling) list.previousElementSibling.append(list);
        }
        for (const box of all(root, "div, section, article, header, footer, main, aside, address, center, form, dl, details, fieldset").reverse()) {
            if (all(box, BLOCKS).length) splitIntoParagraphs(box, true);
            else rename(box, "p");
        }
        for (const word of all(root, "dt, dd, summary, legend")) rename(word, "p");
        for (const paragraph of all(root, "p, pre")) splitIntoParagraphs(paragraph, true);
        for (const quote of all(root, "blockquote")) splitIntoParagraphs(quote, false);
        splitIntoParagraphs(root, false);
    }

    function splitIntoParagraphs(box, replace) {
        const pieces = [[]];
        let breaks = 0;
        for (const node of [...box.childNodes]) {
            if (node.nodeType === Node.ELEMENT_NODE && node.tagName === "BR") {
                breaks += 1;
                if (breaks === 2) pieces.push([]);
                else if (breaks === 1) pieces.at(-1).push(node);
                continue;
            }
            if (node.nodeType === Node.TEXT_NODE && isBlank(node) && breaks) continue;
            breaks = 0;
            if (isBlock(node)) pieces.push(node, []);
            else pieces.at(-1).push(node);
        }
        if (replace && pieces.length === 1 && box.tagName === "P") return;
        const made = pieces.map((piece) => {
            if (!Array.isArray(piece)) return piece;
            const paragraph = box.ownerDocument.createElement("p");
            for (const name of ["lang", "dir"]) if (replace && box.hasAttribute(name)) paragraph.setAttribute(name, box.getAttribute(name));
            paragraph.append(...piece);
            return paragraph;
        });
        if (replace) box.replaceWith(...made);
        else box.replaceChildren(...made);
    }

    function tidy(root, allowed) {
        for (const [from, to] of [["b", "strong"], ["i", "em"]]) all(root, from).forEach((element) => rename(element, to));
        for (const element of all(root, "*")) {
            if (!Object.hasOwn(allowed, element.localName) || (element.tagName === "SPAN" && !element.lang && !element.dir)) unwrap(element);
        }
        root.normalize();
        const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            walker.currentNode.data = walker.currentNode.data.replace(/[\t\n\r ]*\u00a0[\u00a0\t\n\r ]+|[\t\n\r ]+\u00a0/g, " ").replace(/[\t\n\r ]+/g, " ");
        }
        for (const element of all(root, "strong, em, s, sup, sub, code, cite")) {
            const before = element.previousSibling;
            if (element.parentElement.closest(element.tagName) || isBlank(element)) unwrap(element);
            else if (before && before.nodeName === element.nodeName) {
                element.prepend(...before.childNodes);
                before.remove();
            }
        }
        root.normalize();
        for (const block of all(root, "p, h2, h3, h4, li, td, th, blockquote").reverse()) {
            trim(block);
            if (isBlank(block) && !block.matches("td, th") && !block.querySelector("[data-picture]")) block.remove();
        }
        all(root, "ul, ol, figure:not([data-picture])").reverse().forEach((element) => isBlank(element) && !element.querySelector("[data-picture]") && element.remove());
    }

    function trim(block) {
        for (const end of ["firstChild", "lastChild"]) {
            let node = block[end];
            while (node && ((node.nodeType === Node.TEXT_NODE && isBlank(node)) || node.nodeName === "BR")) {
                node.remove();
                node = block[end];
            }
            if (node && node.nodeType === Node.TEXT_NODE) {
                node.data = end === "firstChild" ? node.data.replace(/^[\s\u00a0]+/, "") : node.data.replace(/[\s\u00a0]+$/, "");
            }
        }
    }

    // Returns what was copied, with the table or list around it where a program copied a part of one.
    function copiedPart(page) {
        const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
        const marks = {};
        while (walker.nextNode()) marks[walker.currentNode.data.trim()] ??= walker.currentNode;
        const { StartFragment: start, EndFragment: end } = marks;
        if (!start || !end || !(start.compareDocumentPosition(end) & Node.DOCUMENT_POSITION_FOLLOWING)) return page.body;
        const range = page.createRange();
        range.setStartAfter(start);
        range.setEndBefore(end);
        let part = range.cloneContents();
        for (let around = range.commonAncestorContainer; around && around.matches?.(AROUND); around = around.parentElement) {
            const copy = around.cloneNode(false);
            copy.append(part);
            part = copy;
            if (around.matches("table, ul, ol") && !around.parentElement?.matches("li, td, th, ul, ol")) break;
        }
        const root = page.createElement("body");
        for (const { name, value } of page.body.attributes) root.setAttribute(name, value);
        root.append(part);
        return root;
    }

    // Parses in a document that runs nothing and loads nothing.
    window.Newsroom.cleanPaste = function cleanPaste(html, allowed, isTaken) {
        const office = /\bmso-|\bMso[A-Z]|docs-internal-guid|sdfootnote|LibreOffice|OpenOffice/.test(html);
        const root = copiedPart(new DOMParser().parseFromString(html, "text/html"));
        const asides = dropAsides(root, html);
        const pictures = dropUnseen(root);
        dropComments(root);
        readStruck(root, html);
        joinLines(root);
        readFauxLists(root, html);
        readListKinds(root, html);
        readLayout(root);
        readStyles(root);
        shiftHeadings(root);
        numberNotes(root, isTaken || (() => false));
        cleanLinks(root);
        cleanTables(root);
        cleanAttributes(root, allowed, office);
        makeParagraphs(root);
        tidy(root, allowed);
        return { html: root.innerHTML.trim(), words: root.textContent.trim(), pictures, asides };
    };
}
