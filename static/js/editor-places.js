"use strict";
// Places to write at: beside a picture, a table or a line at the end (or the beginning) of a text,
// and behind links, whose dialog finds our own pages.
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

// Links: their dialog finds our own pages by title, and the caret stays behind the link.
{
    const PAUSE = 250; // milliseconds without a key; then the server is asked
    const ADDRESS = /^(https?:\/\/|www\.|\/|#)/i;
    const HOST = /^[^\s/]+\.[^\s./]{2,}(\/\S*)?$/;

    // A combobox with its list below it, as WAI-ARIA's pattern has it.
    class PageFinder {
        constructor(dialog, box) {
            this.dialog = dialog;
            this.settings = dialog.getParentEditor().config.newsroom;
            this.form = dialog.getParentEditor().element.$.form;
            this.asked = 0; // the number of the last question: former answers come too late
            this.build(box);
        }

        build(box) {
            const { make } = window.Newsroom;
            const { words } = this.settings;
            const id = `${box.id}_find`;
            this.input = make("input", {
                id, type: "text", role: "combobox", maxLength: 200, autocomplete: "off", spellcheck: false, "aria-autocomplete": "list",
                "aria-expanded": "false", "aria-controls": `${id}_list`, "aria-describedby": `${id}_help`,
            });
            this.list = make("ul", { id: `${id}_list`, role: "listbox", hidden: true, "aria-label": words.linkFind });
            this.status = make("p", { className: "link-finder-status", role: "status" });
            const help = make("p", { id: `${id}_help`, className: "link-finder-help", textContent: words.linkFindHelp });
            box.append(make("label", { for: id, textContent: words.linkFind }), help, this.input, this.list, this.status);
            this.input.addEventListener("input", () => this.typed());
            this.input.addEventListener("keydown", (event) => this.press(event));
            this.input.addEventListener("blur", () => this.show([]));
            this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
            this.list.addEventListener("click", ({ target }) => this.choose(this.pages[[...this.list.children].indexOf(target.closest("li"))]));
        }

        reset() {
            this.forget();
            this.input.value = this.status.textContent = "";
            this.title = null;
        }

        forget() {
            clearTimeout(this.timer);
            this.asked += 1;
            this.isChosen = false;
            this.show([]);
        }

        typed() {
            const sought = this.input.value.trim();
            this.forget();
            this.status.textContent = "";
            if (ADDRESS.test(sought)) this.takeAddress(sought);
            else if (sought) this.timer = setTimeout(() => this.ask(sought), PAUSE);
        }

        // Whoever pastes or types an address here means the field for it.
        takeAddress(address) {
            const field = this.dialog.getContentElement("info", "url");
            this.dialog.setValueOf("info", "linkType", "url");
            field.setValue(address);
            this.input.value = "";
            field.getInputElement().$.focus();
        }

        async ask(sought) {
            const { pages, words } = this.settings;
            const number = this.asked;
            let found = null;
            try {
                const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
                const answer = await fetch(pages, { method: "POST", headers, body: new URLSearchParams({ q: sought }) });
                if (answer.ok) ({ found } = await answer.json());
            } catch {
                found = null;
            }
            if (number !== this.asked || document.activeElement !== this.input) return;
            this.show(found || []);
            this.status.textContent = !found ? words.failed : found.length ? words.linkFound.replace("%s", found.length) : words.linkNone;
        }

        show(pages) {
            this.pages = pages;
            this.list.replaceChildren(...pages.map((page, n) => this.option(page, n)));
            this.list.hidden = !pages.length;
            this.input.setAttribute("aria-expanded", String(!this.list.hidden));
            this.activate(-1);
        }

        option({ title, kind, state }, n) {
            const { make } = window.Newsroom;
            const said = make("small", { textContent: [kind, state].filter(Boolean).join(", ") });
            return make("li", { id: `${this.list.id}_${n}`, role: "option", "aria-selected": "false" }, make("span", { textContent: title }), " ", said);
        }

        activate(n) {
            this.active = n;
            [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === n)));
            const option = this.list.children[n];
            if (!option) {
                this.input.removeAttribute("aria-activedescendant");
                return;
            }
            this.input.setAttribute("aria-activedescendant", option.id);
            option.scrollIntoView({ block: "nearest" });
        }

        // What is pressed here is not for the dialog, which would close, but for Enter once there is something to link to.
        press(event) {
            const { length } = this.pages;
            if (event.isComposing) {
                event.stopPropagation();
            } else if (event.key === "Enter") {
                if (this.isChosen) return;
                if (length && this.active >= 0) this.choose(this.pages[this.active]);
                else if (HOST.test(this.input.value.trim())) this.takeAddress(this.input.value.trim());
            } else if (event.key === "Escape" && length) {
                this.forget();
            } else if (length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
                const step = event.key === "ArrowDown" ? 1 : -1;
                this.activate(this.active < 0 && step < 0 ? length - 1 : (this.active + step + length) % length);
            } else {
                return;
            }
            event.preventDefault();
            event.stopPropagation();
        }

        choose(page) {
            if (!page) return;
            const { dialog, settings: { words } } = this;
            dialog.setValueOf("info", "linkType", "url");
            dialog.setValueOf("info", "url", page.path);
            const text = dialog.getContentElement("info", "linkDisplayText");
            if (text.isVisible() && ["", this.title].includes(text.getValue())) text.setValue(page.title);
            this.forget();
            this.title = this.input.value = page.title;
            this.isChosen = true;
            this.status.textContent = words.linkChosen.replace("%s", page.path);
        }
    }

    function addFinder(definition) {
        definition.getContents("info").add({
            type: "html",
            id: "ownPages",
            html: '<div class="link-finder"></div>',
            onLoad() {
                this.finder = new PageFinder(this.getDialog(), this.getElement().$);
                this.finder.input.addEventListener("focus", () => this.fire("focus"));
            },
            setup() {
                this.finder.reset();
            },
            focus() {
                this.finder.input.focus();
            },
        }, "linkDisplayText");
        const { onFocus } = definition;
        definition.onFocus = function onFocusOnFinder() {
            const isNew = this.getValueOf("info", "linkType") === "url" && !this.getValueOf("info", "url");
            return isNew ? this.getContentElement("info", "ownPages") : onFocus.call(this);
        };
    }

    window.Newsroom.improveLinkDialog = function improveLinkDialog({ editor, data: { name, definition } }) {
        if (name !== "link") return;
        if (editor.config.newsroom.pages) addFinder(definition);
        leaveLinkBehind(definition);
    };

    // After the dialog of a link the linked words would stay chosen, and the next letter would replace them. The caret
    // moves before the dialog closes: a key can be quicker than a timer.
    function leaveLinkBehind(definition) {
        const { onOk } = definition;
        definition.onOk = function onOkAndLeave(...given) {
            if (CKEDITOR.dialog.getCurrent() !== this) return true; // a quick Enter is heard twice: as it goes down, and up
            const result = onOk.apply(this, given);
            if (result !== false) moveBehindLink(this.getParentEditor());
            return result;
        };
    }

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
}
