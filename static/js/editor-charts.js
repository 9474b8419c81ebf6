"use strict";
// A table of the text as a chart: a dialog says of which kind, with what title and source, and from which columns.
// The server draws it; the text holds the table and what the dialog says of it.
window.Newsroom = window.Newsroom || {};
{
    const MOST_ROWS = 200;
    // One number with its unit: no date, no range. The server reads the same cells (newsroom/richtext/charts/figures.py).
    const NUMBER = /^[^\p{L}\p{Nd}]{0,4}\p{Lu}{0,3}[^\p{L}\p{Nd}]{0,4}\p{Nd}[\p{Nd}.,'’٫٬\s]*[^\p{L}\p{Nd}]{0,4}\p{Lu}{0,3}\)?$/u;
    const KINDS = ["", "bar", "line", "dot"];

    const bodyRows = (table) => [...table.rows].filter((row) => row.parentElement.tagName === "TBODY" && !(row.rowIndex === 0 && isHead(row)));
    const isHead = (row) => row.cells.length > 1 && [...row.cells].every((cell) => cell.tagName === "TH");
    const wordsOf = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

    function cellsOf(row) {
        return [...row.cells].flatMap((cell) => Array(cell.colSpan).fill(cell));
    }

    // The columns after the first in which at least half of the cells that say something are numbers.
    function columnsOf(table) {
        const head = [...table.rows].filter((row) => row.parentElement.tagName === "THEAD" || isHead(row)).at(-1);
        const rows = bodyRows(table).map(cellsOf);
        const width = Math.max(0, ...rows.map((row) => row.length));
        const found = [];
        for (let column = 1; column < width; column += 1) {
            const told = rows.map((row) => (row[column] ? wordsOf(row[column]) : "")).filter((words) => /[\p{L}\p{Nd}]/u.test(words));
            const numbers = told.filter((words) => NUMBER.test(words)).length;
            const name = head && cellsOf(head)[column] ? wordsOf(cellsOf(head)[column]) : "";
            if (numbers && numbers * 2 >= told.length) found.push({ number: column + 1, name });
        }
        return found;
    }

    class ChartDialog {
        constructor(words, make) {
            this.words = words;
            this.make = make;
        }

        // Promises what was chosen for a table, or null.
        choose(table) {
            const columns = columnsOf(table);
            const rows = bodyRows(table).length;
            this.problem = !columns.length ? this.words.chartNoNumbers : rows > MOST_ROWS ? this.words.chartTooLong : "";
            return new Promise((resolve) => {
                this.build(table, columns);
                const { dialog } = this;
                dialog.chosen = null;
                document.body.append(dialog);
                dialog.addEventListener("close", () => {
                    dialog.remove();
                    resolve(dialog.chosen);
                });
                dialog.showModal();
            });
        }

        build(table, columns) {
            const { make, words } = this;
            const title = make("h2", { id: "chart-dialog-title", textContent: words.chart });
            const close = make("button", { type: "button", className: "picture-dialog-close", textContent: "×", "aria-label": words.close });
            close.addEventListener("click", () => this.dialog.close());
            const form = make("form", { noValidate: true }, this.kinds(table), ...this.texts(table), this.choices(table, columns));
            const status = make("p", { className: "picture-error", role: "alert", textContent: this.problem });
            const send = make("button", { type: "submit", className: "button default", textContent: words.chartDone });
            form.append(status, make("div", { className: "picture-dialog-bar" }, send));
            form.addEventListener("submit", (event) => {
                event.preventDefault();
                this.submit(form, status);
            });
            const head = make("div", { className: "picture-dialog-head" }, title, close);
            const body = make("div", { className: "picture-dialog-body" }, form);
            this.dialog = make("dialog", { className: "picture-dialog chart-dialog", "aria-labelledby": title.id }, head, body);
        }

        kinds(table) {
            const { make, words } = this;
            const now = table.dataset.chart || "";
            const names = { "": words.chartNone, bar: words.chartBar, line: words.chartLine, dot: words.chartDot };
            const choices = KINDS.map((kind) => {
                const input = make("input", { type: "radio", name: "kind", value: kind, id: `chart-kind-${kind || "none"}`, checked: kind === now, disabled: Boolean(kind && this.problem) });
                if (kind === now) input.autofocus = true;
                return make("div", { className: "picture-field picture-check" }, input, make("label", { for: input.id, textContent: names[kind] }));
            });
            return make("fieldset", {}, make("legend", { textContent: words.chartKind }), ...choices);
        }

        texts(table) {
            const { make, words } = this;
            const field = (name, label, help, value, maxLength) => {
                const input = make("input", { type: "text", name, id: `chart-${name}`, value, maxLength, autocomplete: "off", "aria-describedby": `chart-${name}-help` });
                return make("div", { className: "picture-field" }, make("label", { for: input.id, textContent: label }),
                    make("p", { className: "help", id: `chart-${name}-help`, textContent: help }), input);
            };
            return [
                field("title", words.chartTitle, words.chartTitleHelp, table.caption ? wordsOf(table.caption) : "", 200),
                field("source", words.chartSource, words.chartSourceHelp, table.dataset.source || "", 300),
            ];
        }

        choices(table, columns) {
            const { make, words } = this;
            const chosen = (table.dataset.columns || "").split(" ").filter(Boolean).map(Number);
            const boxes = columns.map(({ number, name }) => {
                const input = make("input", { type: "checkbox", name: "column", value: String(number), id: `chart-column-${number}`, checked: !chosen.length || chosen.includes(number) });
                const label = make("label", { for: input.id, textContent: name || words.chartColumn.replace("%s", number) });
                return make("div", { className: "picture-field picture-check" }, input, label);
            });
            return make("fieldset", { hidden: columns.length < 2 }, make("legend", { textContent: words.chartColumns }), ...boxes);
        }

        submit(form, status) {
            const data = new FormData(form);
            const [kind, title, source] = ["kind", "title", "source"].map((name) => (data.get(name) || "").trim());
            const columns = data.getAll("column");
            const all = form.querySelectorAll("[name=column]").length;
            const lacking = !kind ? "" : !title ? "title" : !columns.length || columns.length > 6 ? "columns" : "";
            if (lacking) {
                status.textContent = lacking === "title" ? this.words.chartTitleMissing : this.words.chartColumnsMissing;
                form.querySelector(lacking === "title" ? "[name=title]" : "[name=column]").focus();
                return;
            }
            this.dialog.chosen = { kind, title, source, columns: columns.length === all ? "" : columns.join(" ") };
            this.dialog.close();
        }
    }

    function mark(table, chosen) {
        const marks = { chart: chosen.kind, source: chosen.source, columns: chosen.kind ? chosen.columns : "" };
        for (const [name, value] of Object.entries(marks)) {
            if (value) table.dataset[name] = value;
            else delete table.dataset[name];
        }
        if (!chosen.title) table.deleteCaption();
        else if (!table.caption || wordsOf(table.caption) !== chosen.title) table.createCaption().textContent = chosen.title;
    }

    // The outermost table that the caret is in.
    function tableAt(editor) {
        return editor.elementPath()?.elements.filter((element) => element.is("table")).at(-1)?.$ ?? null;
    }

    // Asks how readers are to see a table, and marks it so.
    async function chooseChart(editor, table) {
        const chosen = await new ChartDialog(editor.config.newsroom.words, window.Newsroom.make).choose(table);
        editor.focus();
        if (!chosen) return;
        editor.fire("saveSnapshot");
        mark(table, chosen);
        editor.fire("saveSnapshot");
    }

    window.Newsroom.chooseChart = chooseChart;
    window.Newsroom.addCharts = function addCharts(editor) {
        const { labels } = editor.config.newsroom;
        editor.addCommand("Chart", {
            async: true,
            contextSensitive: true,
            refresh(_editor, path) {
                this.setState(path.contains("table", true) ? CKEDITOR.TRISTATE_OFF : CKEDITOR.TRISTATE_DISABLED);
            },
            exec: async () => {
                const table = tableAt(editor);
                if (!table) return;
                const [place] = editor.getSelection().getRanges();
                await chooseChart(editor, table);
                if (place && editor.editable().contains(place.startContainer)) place.select();
            },
        });
        editor.ui.addButton("Chart", { label: labels.Chart, command: "Chart" });
    };
}
