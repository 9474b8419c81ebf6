"use strict";
// The table of a published CSV file in a text: a dialog lists the files, and the next asks how readers are to see it.
window.Newsroom = window.Newsroom || {};
{
    async function ask(address, failed) {
        const answer = await fetch(address);
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.error || failed);
        return told;
    }

    // The first row names the columns, the first cell of the others its row.
    function tableOf(document, rows, source) {
        const table = document.createElement("table");
        const [head, ...body] = rows;
        const cell = (name, words, scope) => {
            const made = document.createElement(name);
            if (scope) made.setAttribute("scope", scope);
            made.textContent = words;
            return made;
        };
        table.createTHead().insertRow().append(...head.map((words) => cell("th", words, "col")));
        const part = table.createTBody();
        for (const row of body) {
            part.insertRow().append(...head.map((_name, n) => (n ? cell("td", row[n] || "") : cell("th", row[0] || "", "row"))));
        }
        table.dataset.source = source;
        return table;
    }

    class CsvDialog {
        constructor(settings, make) {
            this.settings = settings;
            this.make = make;
        }

        // Promises the rows that were chosen, or null.
        choose() {
            const { make, settings: { words } } = this;
            const title = make("h2", { id: "csv-dialog-title", textContent: words.csv });
            const close = make("button", { type: "button", className: "picture-dialog-close", textContent: "×", "aria-label": words.close });
            close.addEventListener("click", () => this.dialog.close());
            this.status = make("p", { className: "picture-error", role: "status" });
            this.list = make("ul", { className: "csv-files" });
            const help = make("p", { className: "help", textContent: words.csvHelp });
            const body = make("div", { className: "picture-dialog-body" }, help, this.list, this.status);
            this.dialog = make("dialog", { className: "picture-dialog", "aria-labelledby": title.id }, make("div", { className: "picture-dialog-head" }, title, close), body);
            return new Promise((resolve) => {
                const { dialog } = this;
                dialog.chosen = null;
                document.body.append(dialog);
                dialog.addEventListener("close", () => {
                    dialog.remove();
                    resolve(dialog.chosen);
                });
                dialog.showModal();
                this.load();
            });
        }

        async load() {
            const { tables, words } = this.settings;
            try {
                const { files } = await ask(tables, words.failed);
                this.list.append(...files.map((file) => this.choice(file)));
                this.status.textContent = files.length ? "" : words.csvNone;
                this.list.querySelector("button")?.focus();
            } catch (error) {
                this.status.textContent = error.message || words.failed;
            }
        }

        choice(file) {
            const { make, settings: { words } } = this;
            const name = [file.title, file.publisher].filter(Boolean).join(", ");
            const button = make("button", { type: "button", textContent: name });
            button.addEventListener("click", async () => {
                try {
                    const told = await ask(file.table, words.failed);
                    if (!told.is_whole) throw new Error(words.csvTooLong);
                    this.dialog.chosen = told;
                    this.dialog.close();
                } catch (error) {
                    this.status.textContent = error.message || words.failed;
                }
            });
            return make("li", {}, button);
        }
    }

    window.Newsroom.addCsvTables = function addCsvTables(editor) {
        const settings = editor.config.newsroom;
        if (!settings.tables) return;
        editor.addCommand("CsvTable", {
            async: true,
            exec: async () => {
                const [place] = editor.getSelection()?.getRanges() ?? [];
                const chosen = await new CsvDialog(settings, window.Newsroom.make).choose();
                editor.focus();
                if (place) place.select();
                if (!chosen) return;
                const table = tableOf(document, chosen.rows, chosen.source);
                editor.fire("saveSnapshot");
                editor.insertElement(new CKEDITOR.dom.element(table));
                editor.fire("saveSnapshot");
                await window.Newsroom.chooseChart(editor, table);
            },
        });
        editor.ui.addButton("CsvTable", { label: settings.labels.CsvTable, command: "CsvTable" });
    };
}
