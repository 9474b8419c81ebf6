"use strict";
// The panel of checks: its findings follow as one writes, and each leads to its place.
(() => {
    const panel = document.getElementById("checks");
    if (!panel) return;

    // What the autosave was answered (admin-unsaved.js).
    document.addEventListener("newsroom:kept", (event) => {
        const { checks } = event.detail;
        const live = panel.querySelector("[data-checks]");
        if (checks === undefined || live.contains(document.activeElement)) return;
        live.innerHTML = checks;
        const reason = panel.querySelector(".checks-reason");
        if (reason) reason.hidden = !live.querySelector("[data-asks]") && !reason.querySelector("textarea").value;
    });

    // Returns the range of the first place where words stand in an element, across the elements in it.
    function rangeOf(root, words) {
        const nodes = [];
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        let text = "";
        while (walker.nextNode()) {
            nodes.push({ node: walker.currentNode, start: text.length });
            text += walker.currentNode.data;
        }
        const at = text.indexOf(words);
        if (!words || at < 0) return null;
        const holding = (place) => nodes.findLast(({ start }) => start <= place);
        const range = document.createRange();
        const first = holding(at), last = holding(at + words.length - 1);
        range.setStart(first.node, at - first.start);
        range.setEnd(last.node, at + words.length - last.start);
        return range;
    }

    panel.addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#']");
        const box = link && document.getElementById(link.hash.slice(1));
        if (!box) return;
        event.preventDefault();
        for (let around = box.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
        const row = box.closest(".form-row") || box;
        const editor = row.querySelector("[contenteditable=true]");
        const words = link.dataset.excerpt;
        row.scrollIntoView({ block: "center" });
        if (editor && !box.offsetParent) {
            editor.focus();
            const range = rangeOf(editor, words);
            if (!range) return;
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            range.startContainer.parentElement.scrollIntoView({ block: "center" });
            return;
        }
        (box.offsetParent ? box : row.querySelector(".lead-ways button, .select2-selection") || box).focus();
        const at = typeof box.value === "string" && words ? box.value.indexOf(words) : -1;
        if (at >= 0 && box.setSelectionRange) box.setSelectionRange(at, at + words.length);
    });
})();
