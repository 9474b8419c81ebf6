"use strict";
// Starts CKEditor on every rich text box, and cleans what is pasted before it reaches the page.
{
    const own = document.currentScript;
    // CKEditor looks for its parts beside its script, whose name carries a hash here.
    window.CKEDITOR_BASEPATH = own.dataset.ckeditorBase;

    const KEPT = {
        A: ["href", "hreflang", "id", "name"],
        ABBR: ["title"],
        BLOCKQUOTE: ["cite"],
        OL: ["start"],
        TD: ["colspan", "rowspan"],
        TH: ["scope", "colspan", "rowspan"],
    };
    const UNSEEN = "script, style, template, title, iframe, object, embed, noscript, link, meta, base, svg, math, form";
    const SAFE_LINK = /^(https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i;

    function cleanLinks(root) {
        for (const link of root.querySelectorAll("a[href]")) {
            const address = link.getAttribute("href").replace(/[\u0000-\u0020]/g, "");
            if (!SAFE_LINK.test(address)) link.removeAttribute("href");
        }
    }

    function cleanAttributes(root) {
        for (const element of root.querySelectorAll("*")) {
            const kept = [...(KEPT[element.tagName] || []), "lang", "dir"];
            for (const { name } of [...element.attributes]) {
                if (!kept.includes(name)) element.removeAttribute(name);
            }
        }
        cleanLinks(root);
    }

    // Headings start at h2: the page's title is the only h1.
    function shiftHeadings(root) {
        if (!root.querySelector("h1")) return;
        for (const heading of [...root.querySelectorAll("h1, h2, h3, h4, h5, h6")]) {
            const level = Math.min(4, Number(heading.tagName[1]) + 1);
            const shifted = document.implementation.createHTMLDocument("").createElement(`h${level}`);
            shifted.append(...heading.childNodes);
            heading.replaceWith(shifted);
        }
    }

    function nameTableHeaders(root) {
        for (const table of root.querySelectorAll("table")) {
            if (table.querySelector("th") || table.rows.length < 2) continue;
            for (const cell of [...table.rows[0].cells]) {
                const header = cell.ownerDocument.createElement("th");
                header.scope = "col";
                header.append(...cell.childNodes);
                for (const name of ["colspan", "rowspan"]) {
                    if (cell.hasAttribute(name)) header.setAttribute(name, cell.getAttribute(name));
                }
                cell.replaceWith(header);
            }
        }
    }

    function dropEmptyParagraphs(root) {
        for (const block of [...root.querySelectorAll("p, h2, h3, h4")]) {
            if (!block.textContent.replace(/\u00a0/g, " ").trim()) block.remove();
        }
    }

    // Parses in a document that runs nothing and loads nothing.
    function cleaned(html) {
        const root = new DOMParser().parseFromString(html, "text/html").body;
        root.querySelectorAll(UNSEEN).forEach((element) => element.remove());
        const pictures = root.querySelectorAll("img, picture, video, audio");
        pictures.forEach((element) => element.remove());
        cleanAttributes(root);
        shiftHeadings(root);
        nameTableHeaders(root);
        dropEmptyParagraphs(root);
        return { html: root.innerHTML, pictures: pictures.length };
    }

    function say(editor, text) {
        const field = editor.element.$.parentNode;
        let note = field.querySelector(".editor-note");
        if (!note) {
            note = document.createElement("p");
            note.className = "editor-note";
            note.setAttribute("role", "status");
            field.append(note);
        }
        note.textContent = text;
    }

    function watchPaste(editor, message) {
        editor.on("paste", (event) => {
            const files = event.data.dataTransfer ? event.data.dataTransfer.getFilesCount() : 0;
            const result = cleaned(event.data.dataValue || "");
            event.data.dataValue = result.html;
            if (result.pictures || files) say(editor, message);
        }, null, null, 50); // after the filters for Word and Google Docs, before it is inserted
    }

    // Headings and table rows as buttons: a menu of CKEditor 4 is a frame with scripts of its own, which the
    // content policy rightly stops, and a finger finds buttons sooner.
    function addButtons(editor) {
        const labels = editor.config.newsroomLabels;
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

    function start(area) {
        if (area.dataset.started || area.id.includes("__prefix__")) return;
        area.dataset.started = "yes";
        const label = document.querySelector(`label[for="${area.id}"]`);
        const config = JSON.parse(area.dataset.editor);
        config.title = label ? label.textContent.replace(/:\s*$/, "") : "";
        const editor = CKEDITOR.replace(area, config);
        watchPaste(editor, area.dataset.pictureLeftOut);
        dropFillers(editor);
        if (label) label.addEventListener("click", () => editor.focus());
    }

    function startAll() {
        if (!window.CKEDITOR) return;
        CKEDITOR.disableAutoInline = true;
        CKEDITOR.plugins.add("newsroom", { requires: "tabletools", init: addButtons });
        // Dialogs fit a phone: their tables shrink with the window.
        CKEDITOR.on("dialogDefinition", (event) => {
            const { definition, name } = event.data;
            const narrow = window.innerWidth < 480;
            if (narrow) definition.minWidth = Math.min(definition.minWidth || 320, window.innerWidth - 60);
            if (name === "table") {
                const info = definition.getContents("info");
                for (const id of ["txtBorder", "cmbAlign", "txtWidth", "txtHeight", "txtCellSpace", "txtCellPad"]) {
                    info.remove(id);
                }
                info.remove("txtSummary");
                info.get("selHeaders").default = "row";
            }
        });
        document.querySelectorAll("textarea[data-editor]").forEach(start);
    }

    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
    else startAll();
    document.addEventListener("formset:added", startAll);
}
