"use strict";
// Starts CKEditor on every rich text box: its buttons, its pictures, and what it does with a paste.
{
    const own = document.currentScript;
    // CKEditor looks for its parts beside its script, whose name carries a hash here.
    window.CKEDITOR_BASEPATH = own.dataset.ckeditorBase;
    const { addCharts, addCsvTables, cleanPaste, improveLinkDialog, keepPlaces, make, PictureDialog, PictureLibrary } = window.Newsroom;

    function say(editor, text) {
        const field = editor.container.$.parentNode;
        let note = field.querySelector(".editor-note");
        if (!note && !text) return;
        if (!note) {
            note = make("p", { className: "editor-note", role: "status" });
            field.append(note);
        }
        note.textContent = text;
        note.hidden = !text;
    }

    // CKEditor's own filters are not loaded: whatever comes from outside is cleaned here, from the raw clipboard.
    function watchPaste(editor) {
        editor.on("paste", (event) => {
            const { dataTransfer } = event.data;
            if (dataTransfer.getTransferType(editor) === CKEDITOR.DATA_TRANSFER_INTERNAL) return;
            const raw = dataTransfer.getData("text/html", true) || event.data.dataValue || "";
            const isTaken = (id) => Boolean(editor.editable().$.querySelector(`[id="${id}"], a[name="${id}"]`));
            const result = cleanPaste(raw, editor.config.newsroom.allowed, isTaken);
            const files = [];
            for (let i = 0; i < dataTransfer.getFilesCount(); i += 1) files.push(dataTransfer.getFile(i));
            if (files.length && !result.words && !result.asides) { // word processors add a picture of the words: the words count
                event.cancel();
                insertFiles(editor, files.filter((file) => file.type.startsWith("image/") || !file.type));
                return;
            }
            event.data.dataValue = result.html;
            event.data.type = "html";
            const { picturesLeftOut, asidesLeftOut } = editor.config.newsroom.words;
            say(editor, [result.asides && asidesLeftOut, result.pictures && picturesLeftOut].filter(Boolean).join(" "));
        }, null, null, 1);
    }

    async function insertFiles(editor, files) {
        const { mayUpload, words } = editor.config.newsroom;
        if (!mayUpload) {
            if (files.length) say(editor, words.mayNotUpload);
            return;
        }
        const place = editor.getSelection() && editor.getSelection().getRanges()[0];
        for (const file of files) {
            const picture = await editor.newsroomDialog.choose(file);
            if (picture) insertPicture(editor, picture, place);
        }
    }

    function insertPicture(editor, picture, place) {
        editor.focus();
        if (place) place.select();
        editor.fire("saveSnapshot");
        const range = editor.getSelection().getRanges()[0];
        editor.insertHtml(`<figure data-picture="${picture.uuid}"></figure>`, "html", range);
        editor.fire("saveSnapshot");
    }

    // A picture in the text: the stored text has its UUID alone, the editor shows it as what it is.
    function addPictures(editor) {
        const { words, labels } = editor.config.newsroom;
        editor.widgets.add("picture", {
            pathName: labels.Picture,
            allowedContent: "figure[!data-picture]",
            requiredContent: "figure[data-picture]",
            upcast: (element) => element.name === "figure" && "data-picture" in element.attributes,
            downcast: (element) => new CKEDITOR.htmlParser.element("figure", { "data-picture": element.attributes["data-picture"] }),
            init() {
                showPicture(editor, this, words);
            },
        });
        const chosen = () => editor.widgets.focused && editor.widgets.focused.name === "picture" ? editor.widgets.focused : null;
        editor.addCommand("Picture", {
            exec: async () => {
                const place = editor.getSelection() && editor.getSelection().getRanges()[0];
                const picture = await editor.newsroomDialog.choose();
                if (picture) insertPicture(editor, picture, place);
                else editor.focus();
            },
            async: true,
            allowedContent: "figure[!data-picture]",
        });
        const move = (step) => {
            const { wrapper } = chosen();
            const beside = step < 0 ? wrapper.getPrevious(isElement) : wrapper.getNext(isElement);
            if (!beside) return;
            editor.fire("saveSnapshot");
            if (step < 0) wrapper.insertBefore(beside);
            else wrapper.insertAfter(beside);
            chosen()?.focus();
            wrapper.$.scrollIntoView({ block: "nearest" });
            editor.fire("saveSnapshot");
        };
        const commands = {
            PictureUp: () => move(-1),
            PictureDown: () => move(1),
            PictureRemove: () => {
                editor.fire("saveSnapshot");
                editor.widgets.del(chosen());
                editor.fire("saveSnapshot");
            },
        };
        for (const [name, exec] of Object.entries(commands)) {
            const command = editor.addCommand(name, { exec: () => chosen() && exec(), startDisabled: true });
            const refresh = () => command.setState(chosen() ? CKEDITOR.TRISTATE_OFF : CKEDITOR.TRISTATE_DISABLED);
            editor.on("selectionChange", refresh);
            editor.widgets.on("checkSelection", () => setTimeout(refresh));
        }
        for (const name of ["Picture", ...Object.keys(commands)]) {
            editor.ui.addButton(name, { label: labels[name], command: name });
        }
    }

    const isElement = (node) => node.type === CKEDITOR.NODE_ELEMENT;

    async function showPicture(editor, widget, words) {
        const figure = widget.element.$;
        let picture = null;
        let failed = "";
        try {
            picture = await editor.newsroomLibrary.find(figure.dataset.picture);
        } catch (error) {
            failed = error.message;
        }
        const clean = !editor.checkDirty();
        if (picture) {
            const img = make("img", { src: picture.url, alt: picture.is_decorative ? "" : picture.alt_text, draggable: false });
            const said = [picture.caption, picture.credit].filter(Boolean).join(" ");
            figure.replaceChildren(img, make("figcaption", { textContent: said }));
        } else {
            figure.replaceChildren(make("p", { className: "picture-gone", textContent: failed || words.gone }));
        }
        if (widget.wrapper) widget.wrapper.setAttribute("aria-label", picture ? picture.alt_text || words.decorative : words.gone);
        editor.fire("updateSnapshot");
        if (clean) editor.resetDirty();
    }

    // Headings and table rows as buttons: a menu of CKEditor 4 is a frame with scripts of its own, which the
    // content policy rightly stops, and a finger finds buttons sooner.
    function addButtons(editor) {
        const { labels } = editor.config.newsroom;
        const blocks = { Paragraph: "p", Heading2: "h2", Heading3: "h3", Heading4: "h4" };
        for (const [name, element] of Object.entries(blocks)) {
            const style = new CKEDITOR.style({ element });
            const command = editor.addCommand(name, new CKEDITOR.styleCommand(style));
            editor.attachStyleStateChange(style, (state) => {
                if (!editor.readOnly) command.setState(state);
            });
            editor.ui.addButton(name, { label: labels[name], command: name });
        }
        const tableCommands = {
            RowAfter: "rowInsertAfter",
            ColumnAfter: "columnInsertAfter",
            RowDelete: "rowDelete",
            ColumnDelete: "columnDelete",
        };
        for (const [name, command] of Object.entries(tableCommands)) {
            editor.ui.addButton(name, { label: labels[name], command });
        }
    }

    // After bold is switched off, CKEditor holds the caret with invisible characters, takes them out when a
    // dialog opens and does not correct the selection it has kept: a link would land words away. They have
    // done their work with the first letter that follows.
    function dropFillers(editor) {
        const filler = CKEDITOR.dom.selection.FILLING_CHAR_SEQUENCE;
        const drop = () => {
            const editable = editor.editable();
            const held = editable.getCustomData("cke-fillingChar");
            const at = held ? held.$.data.indexOf(filler) : -1;
            if (at < 0 || held.$.data.length === filler.length) return;
            editable.removeCustomData("cke-fillingChar");
            held.$.deleteData(at, filler.length);
            editor.getSelection().reset();
        };
        editor.on("contentDom", () => editor.editable().attachListener(editor.editable(), "input", drop));
    }

    // Browsers write a hard space where a word ends beside an element; readers and search want a plain one.
    function softenSpaces(editor) {
        const hard = "(?:&nbsp;|\u00a0)";
        const beside = new RegExp(`(?<=[\\p{L}\\p{N},.;])${hard}$|^${hard}(?=[\\p{L}\\p{N}])`, "gu");
        editor.dataProcessor.htmlFilter.addRules({ text: (words) => words.replace(beside, " ") }, { priority: 50 });
    }

    // CKEditor looks at the selection five times a second, and its dialogs work on what it saw last: a quick hand
    // would link other words than the chosen ones.
    function seeSelection(editor) {
        editor.on("beforeCommandExec", () => {
            editor.newsroomTrims = true;
            editor.selectionChange(true);
            editor.newsroomTrims = false;
        }, null, null, 1);
    }

    // CKEditor takes empty ends of lines out of the selection whenever it looks and Shift is up, and turns a selection
    // made backwards round: the next Shift+Home would undo what Shift+ArrowUp chose. Commands alone need it trimmed.
    function trimSelectionForCommands() {
        const selection = CKEDITOR.dom.selection.prototype;
        const { optimizeInElementEnds } = selection;
        selection.optimizeInElementEnds = function optimizeForCommands() {
            if (this.root.editor.newsroomTrims) optimizeInElementEnds.call(this);
        };
    }

    function start(area) {
        if (area.dataset.started || area.id.includes("__prefix__")) return;
        area.dataset.started = "yes";
        const label = document.querySelector(`label[for="${area.id}"]`);
        const config = JSON.parse(area.dataset.editor);
        config.title = label ? label.textContent.replace(/:\s*$/, "") : "";
        const editor = CKEDITOR.replace(area, config);
        editor.newsroomLibrary = new PictureLibrary(config.newsroom, area.form.elements.csrfmiddlewaretoken);
        editor.newsroomDialog = new PictureDialog(config.newsroom, editor.newsroomLibrary);
        watchPaste(editor);
        dropFillers(editor);
        seeSelection(editor);
        keepPlaces(editor);
        if (label) label.addEventListener("click", () => editor.focus());
        sendUntouched(editor, area);
    }

    // CKEditor writes mark-up anew as it loads: a text that nobody has touched is sent as it came, also where a picture
    // that arrived late looks like a change, and a line break at the end is all that differs.
    function sendUntouched(editor, area) {
        const loaded = area.value;
        const isAsLoaded = () => !editor.checkDirty() || editor.getData().trim() === loaded.trim();
        area.form.addEventListener("formdata", (event) => {
            if (editor.status === "ready" && isAsLoaded()) event.formData.set(area.name, loaded);
        });
    }

    // Dialogs fit a phone: their tables shrink with the window.
    // CKEditor speaks of URLs and protocols.
    function nameInWords(info, words) {
        const kinds = { url: words.linkToPage, anchor: words.linkToPlace, email: words.linkToMail, tel: words.linkToPhone };
        const kind = info.get("linkType");
        const begins = info.get("protocol");
        kind.items = kind.items.map(([label, value]) => [kinds[value] || label, value]);
        begins.items = [["https://", "https://"], ["http://", "http://"], [words.linkOwn, ""]];
        kind.label = words.linkKind;
        begins.label = words.linkBegins;
        info.get("linkDisplayText").label = words.linkText;
        info.get("url").label = words.linkAddress;
    }

    function fitDialog(event) {
        const { definition, name } = event.data;
        if (window.innerWidth < 480) definition.minWidth = Math.min(definition.minWidth || 320, window.innerWidth - 60);
        if (name === "link") nameInWords(definition.getContents("info"), event.editor.config.newsroom.words);
        if (name !== "table") return;
        const info = definition.getContents("info");
        for (const id of ["txtBorder", "cmbAlign", "txtWidth", "txtHeight", "txtCellSpace", "txtCellPad", "txtSummary"]) {
            info.remove(id);
        }
        info.get("selHeaders").default = "row";
    }

    function startAll() {
        if (!window.CKEDITOR) return;
        CKEDITOR.disableAutoInline = true;
        if (!CKEDITOR.plugins.registered.newsroom) {
            CKEDITOR.plugins.add("newsroom", {
                requires: "tabletools,widget",
                init(editor) {
                    addButtons(editor);
                    addPictures(editor);
                    addCharts(editor);
                    addCsvTables(editor);
                    softenSpaces(editor);
                },
            });
            CKEDITOR.on("dialogDefinition", fitDialog);
            CKEDITOR.on("dialogDefinition", improveLinkDialog);
            trimSelectionForCommands();
        }
        document.querySelectorAll("textarea[data-editor]").forEach(start);
    }

    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
    else startAll();
    document.addEventListener("formset:added", startAll);
}
