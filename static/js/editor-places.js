"use strict";
// Places to write at: beside a picture, a table or a line at the end (or the beginning) of a text, and after a link.
window.Newsroom = window.Newsroom || {};
{
    const isElement = (node) => node?.type === CKEDITOR.NODE_ELEMENT;
    // What the editor itself puts into the text for a moment, such as the line under the mouse, is no place to write at.
    const isOfText = (node) => isElement(node) && !node.data("cke-temp") && !node.data("cke-magic-line") && !node.$.querySelector("[data-cke-magic-line]");
    const WITHOUT_CARET = "figure[data-picture], [data-cke-widget-wrapper], table, hr";
    const AFTER = { Enter: true, ArrowDown: true, ArrowRight: true };
    const BEFORE = { ArrowUp: true, ArrowLeft: true };

    function emptyParagraph(editor) {
        const paragraph = editor.document.createElement("p");
        paragraph.appendBogus();
        return paragraph;
    }

    function putCaret(editor, element, atEnd) {
        const range = editor.createRange();
        range[atEnd ? "moveToElementEditEnd" : "moveToElementEditStart"](element);
        range.select();
        editor.getSelection().scrollIntoView();
    }

    // A text ends in a place to write at; while it is empty, nothing of it is stored.
    function keepLastLine(editor) {
        const editable = editor.editable();
        if (!editable || editor.readOnly) return;
        const last = editable.getLast(isOfText);
        if (!last || !last.$.matches(WITHOUT_CARET)) return;
        const clean = !editor.checkDirty();
        editable.append(emptyParagraph(editor));
        editor.fire("updateSnapshot");
        if (clean) editor.resetDirty();
    }

    // Moves the caret out of a chosen picture into the text beside it, into a new line where there is none.
    function leavePicture(editor, picture, after, anew) {
        const { wrapper } = picture;
        const beside = after ? wrapper.getNext(isOfText) : wrapper.getPrevious(isOfText);
        editor.fire("saveSnapshot");
        let place = beside;
        if (anew || !beside || beside.$.matches(WITHOUT_CARET)) {
            place = emptyParagraph(editor);
            if (after) place.insertAfter(wrapper);
            else place.insertBefore(wrapper);
        }
        editor.focus();
        putCaret(editor, place, !after);
        editor.fire("saveSnapshot");
    }

    function isLetter(event) {
        return [...event.key].length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    }

    function watchKeys(editor) {
        editor.editable().attachListener(editor.editable(), "keydown", (event) => {
            const picture = editor.widgets.focused;
            const pressed = event.data.$;
            if (!picture || editor.readOnly || pressed.isComposing) return;
            const letter = isLetter(pressed) || pressed.key === "Process" || pressed.key === "Unidentified";
            if (!letter && !(pressed.key in AFTER) && !(pressed.key in BEFORE)) return;
            if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || (pressed.shiftKey && !letter && pressed.key !== "Enter")) return;
            leavePicture(editor, picture, !(pressed.key in BEFORE), (letter || pressed.key === "Enter") && isFollowedByWords(picture));
            if (!letter) event.data.preventDefault();
            event.stop();
        }, null, null, 0);
    }

    // What is typed at a picture stands between it and the words that follow.
    function isFollowedByWords({ wrapper }) {
        const next = wrapper.getNext(isOfText);
        return Boolean(next && next.getText().trim());
    }

    // A press below the text means its end, not the line that is nearest.
    function watchPresses(editor) {
        const editable = editor.editable();
        editable.attachListener(editable, "mousedown", (event) => {
            if (event.data.getTarget().$ !== editable.$) return;
            const last = editable.getLast(isOfText);
            if (!last || event.data.$.clientY <= last.$.getBoundingClientRect().bottom) return;
            event.data.preventDefault();
            keepLastLine(editor);
            editor.focus();
            putCaret(editor, editable.getLast(isOfText), true);
        });
    }

    // After the dialog of a link the linked words would stay chosen, and the next letter would replace them. The caret
    // moves before the dialog closes: a key can be quicker than a timer.
    window.Newsroom.leaveLinkBehind = function leaveLinkBehind({ data: { name, definition } }) {
        if (name !== "link") return;
        const { onOk } = definition;
        definition.onOk = function onOkAndLeave(...given) {
            const result = onOk.apply(this, given);
            if (result !== false) moveBehindLink(this.getParentEditor());
            return result;
        };
    };

    function moveBehindLink(editor) {
        const range = editor.getSelection()?.getRanges().at(-1);
        if (!range) return;
        const link = range.endPath().contains("a") || range.getEnclosedNode()?.getAscendant("a", true) || linkBefore(range);
        if (link) range.moveToPosition(link, CKEDITOR.POSITION_AFTER_END);
        else range.collapse(false);
        range.select();
    }

    function linkBefore(range) {
        const end = range.clone();
        end.collapse(false);
        const before = end.getPreviousNode((node) => node?.type === CKEDITOR.NODE_TEXT || node?.is?.("a"));
        return before?.getAscendant("a", true);
    }

    window.Newsroom.keepPlaces = function keepPlaces(editor) {
        editor.on("contentDom", () => {
            watchKeys(editor);
            watchPresses(editor);
        });
        for (const name of ["instanceReady", "contentDom", "focus", "change", "mode"]) editor.on(name, () => keepLastLine(editor));
        editor.on("getData", ({ data }) => {
            data.dataValue = data.dataValue.replace(/(<\/\w+>|<hr[^>]*>)\s*(?:<p>(?:&nbsp;|\s)*<\/p>\s*)+$/, "$1");
        });
    };
}
