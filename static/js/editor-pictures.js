"use strict";
// The dialog in which an editor finds a picture of the library or uploads one. Knows no editor:
// new Newsroom.PictureDialog(...).choose() promises a picture, or null.
window.Newsroom = window.Newsroom || {};
{
    const TURNS = 6; // that a busy server is asked
    const PAUSE = 250; // ms after a key before the library is asked

    function make(tag, properties = {}, ...children) {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(properties)) {
            if (name.includes("-") || name === "for" || name === "role") element.setAttribute(name, value);
            else element[name] = value;
        }
        element.append(...children);
        return element;
    }

    // A file that is sent again, after a line that broke, is the same picture.
    const keys = new WeakMap();
    function keyOf(file) {
        if (!keys.has(file)) keys.set(file, window.isSecureContext ? crypto.randomUUID() : "");
        return keys.get(file);
    }

    function withoutFile(form) {
        const words = new FormData();
        for (const [name, value] of form) if (name !== "file") words.append(name, value);
        return words;
    }

    // What is known of pictures by UUID, so that each is asked for once.
    const known = new Map();

    class Library {
        // The token is a hidden input: whoever signs in again in an open form gets another.
        constructor(settings, token) {
            this.settings = settings;
            this.token = token;
        }

        async ask(parameters) {
            const answer = await fetch(`${this.settings.library}?${new URLSearchParams(parameters)}`);
            const told = await answer.json().catch(() => ({}));
            if (!answer.ok) throw new Error(told.error || this.settings.words.failed);
            for (const picture of told.pictures) known.set(picture.uuid, picture);
            return told;
        }

        // Promises what is known of a picture, or null where the library has it no more.
        async find(uuid) {
            if (!known.has(uuid)) {
                await this.ask({ uuid });
                if (!known.has(uuid)) known.set(uuid, null);
            }
            return known.get(uuid);
        }

        // Promises the picture that was stored; rejects with the errors by field. A busy server is asked again.
        async send(form, onProgress) {
            for (let turn = 1; ; turn += 1) {
                const { status, told, pause } = await this.post(this.settings.upload, form, onProgress);
                if (status === 201 || status === 200) {
                    // 200: it had arrived before, on a line that broke; the words may be newer.
                    const kept = status === 201 ? { status, told } : await this.post(told.words_url, withoutFile(form), onProgress);
                    if (kept.status >= 400) throw this.errors(kept);
                    known.set(told.uuid, kept.told);
                    return kept.told;
                }
                if (status !== 503 || turn === TURNS) throw this.errors({ status, told });
                await new Promise((resolve) => { setTimeout(resolve, pause * 1000); });
            }
        }

        errors({ status, told }) {
            const tooLarge = status === 413 && this.settings.words.tooLarge;
            return told.errors || { file: [told.error || tooLarge || this.settings.words.failed] };
        }

        post(address, form, onProgress) {
            return new Promise((resolve) => {
                const request = new XMLHttpRequest();
                request.open("POST", address);
                request.setRequestHeader("X-CSRFToken", this.token.value);
                request.responseType = "json";
                request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
                request.onloadend = () => resolve({
                    status: request.status,
                    told: request.response || {},
                    pause: Number(request.getResponseHeader("Retry-After")) || 2,
                });
                request.send(form);
            });
        }
    }

    class PictureDialog {
        constructor(settings, library) {
            this.words = settings.words;
            this.largest = settings.mostBytes;
            this.library = library;
            this.pages = 1;
        }

        // Opens it on the library, or on a file that was pasted or dropped.
        choose(file = null) {
            return new Promise((resolve) => {
                this.build();
                // The event comes with the next frame, and somebody may have opened the next dialog by then.
                const { dialog } = this;
                dialog.picture = null;
                document.body.append(dialog);
                dialog.addEventListener("close", () => {
                    dialog.remove();
                    resolve(dialog.picture);
                });
                this.dialog.showModal();
                if (file) this.showUpload(file);
                else this.showLibrary();
            });
        }

        finish(picture) {
            this.dialog.picture = picture;
            this.dialog.close();
        }

        build() {
            const { words } = this;
            this.status = make("p", { className: "picture-dialog-status", role: "status" });
            this.body = make("div", { className: "picture-dialog-body" });
            this.title = make("h2", { id: "picture-dialog-title", textContent: words.choose });
            const close = make("button", { type: "button", className: "picture-dialog-close", textContent: "×", "aria-label": words.close });
            close.addEventListener("click", () => this.dialog.close());
            const head = make("div", { className: "picture-dialog-head" }, this.title, close);
            this.dialog = make("dialog", { className: "picture-dialog", "aria-labelledby": this.title.id }, head, this.body, this.status);
            this.dialog.addEventListener("cancel", (event) => this.sending && event.preventDefault());
        }

        showLibrary() {
            const { words } = this;
            this.title.textContent = words.choose;
            this.status.textContent = "";
            const search = make("input", { type: "search", id: "picture-search", autocomplete: "off" });
            this.list = make("ul", { className: "picture-choices" });
            this.more = make("button", { type: "button", className: "button", textContent: words.more, hidden: true });
            const upload = make("button", { type: "button", className: "button", textContent: words.upload });
            upload.addEventListener("click", () => this.showUpload());
            upload.hidden = !this.library.settings.mayUpload;
            this.more.addEventListener("click", () => this.load(search.value, this.page + 1));
            let waiting;
            search.addEventListener("input", () => {
                clearTimeout(waiting);
                waiting = setTimeout(() => this.load(search.value, 1), PAUSE);
            });
            search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
            const label = make("label", { for: search.id, textContent: words.search });
            const bar = make("div", { className: "picture-dialog-bar" }, make("div", {}, label, search), upload);
            this.body.replaceChildren(bar, this.list, this.more);
            search.focus();
            this.load("", 1);
        }

        async load(q, page) {
            this.asked = q;
            let told;
            try {
                told = await this.library.ask({ q, page });
            } catch (error) {
                this.status.textContent = error.message;
                return;
            }
            if (q !== this.asked) return; // a later question is on its way
            if (page === 1) this.list.replaceChildren();
            this.page = page;
            this.list.append(...told.pictures.map((picture) => this.choice(picture)));
            this.more.hidden = page >= told.pages;
            this.status.textContent = this.list.childElementCount ? "" : q ? this.words.none : this.words.noneYet;
        }

        choice(picture) {
            const shown = make("img", { src: picture.url, alt: "", loading: "lazy" });
            const name = make("span", { textContent: picture.label || picture.alt_text || picture.caption || this.words.decorative });
            const button = make("button", { type: "button" }, shown, name);
            button.addEventListener("click", () => this.finish(picture));
            return make("li", {}, button);
        }

        showUpload(file = null) {
            const { words } = this;
            this.title.textContent = words.upload;
            this.status.textContent = "";
            const field = (name, label, input, help = "") => {
                input.id = `picture-${name}`;
                input.name = name;
                const error = make("p", { className: "picture-error", id: `${input.id}-error` });
                input.setAttribute("aria-describedby", error.id);
                const parts = [make("label", { for: input.id, textContent: label }), input, error];
                if (input.type === "checkbox") parts.splice(0, 2, input, parts[0]);
                if (help) parts.splice(1, 0, make("p", { className: "help", textContent: help }));
                return make("div", { className: `picture-field${input.type === "checkbox" ? " picture-check" : ""}` }, ...parts);
            };
            const fields = [
                field("alt_text", words.alt, make("textarea", { rows: 2, maxLength: 300 }), words.altHelp),
                field("is_decorative", words.isDecorative, make("input", { type: "checkbox" })),
                field("caption", words.caption, make("textarea", { rows: 2, maxLength: 500 })),
                field("credit", words.credit, make("input", { type: "text", maxLength: 200 }), words.creditHelp),
                field("shows_recognisable_person", words.person, make("input", { type: "checkbox" })),
            ];
            const preview = make("canvas", { className: "picture-preview", hidden: true });
            const chosen = file ? make("div", {}, preview) : field("file", words.file, make("input", { type: "file", accept: "image/*" }));
            if (file) chosen.append(make("p", { className: "picture-error", id: "picture-file-error" }));
            this.bar = make("progress", { max: 1, value: 0, hidden: true, "aria-label": words.upload });
            const send = make("button", { type: "submit", className: "button default", textContent: words.send });
            const back = make("button", { type: "button", className: "button", textContent: words.back });
            back.addEventListener("click", () => this.showLibrary());
            const form = make("form", { noValidate: true }, chosen, ...(file ? [] : [preview]), ...fields, this.bar, make("div", { className: "picture-dialog-bar" }, send, back));
            form.addEventListener("submit", (event) => {
                event.preventDefault();
                this.submit(form, file, [send, back]);
            });
            this.body.replaceChildren(form);
            const input = form.elements.file;
            if (input) input.addEventListener("change", () => input.files[0] && drawPreview(preview, input.files[0]));
            if (file) drawPreview(preview, file);
            (input || form.elements.alt_text).focus();
        }

        async submit(form, file, buttons) {
            const data = new FormData(form);
            const source = file || form.elements.file.files[0];
            if (source) {
                data.set("file", source, "picture"); // names of files name people
                data.set("uuid", keyOf(source));
            }
            const errors = this.missing(data);
            this.complain(form, errors);
            if (Object.keys(errors).length || this.sending) return;
            this.sending = true;
            buttons.forEach((button) => { button.disabled = true; });
            this.bar.hidden = false;
            try {
                this.finish(await this.library.send(data, (part) => this.progress(part)));
            } catch (refusal) {
                this.status.textContent = "";
                this.complain(form, refusal);
            } finally {
                this.sending = false;
                this.bar.hidden = true;
                buttons.forEach((button) => { button.disabled = false; });
            }
        }

        progress(part) {
            this.bar.value = part;
            this.status.textContent = part < 1 ? this.words.sending.replace("%s", Math.round(part * 100)) : this.words.working;
        }

        missing(data) {
            const { words } = this;
            const errors = {};
            const file = data.get("file");
            if (!file || !file.size) errors.file = [words.fileMissing];
            else if (file.size > this.largest) errors.file = [words.tooLarge];
            if (!data.get("alt_text").trim() && !data.get("is_decorative")) errors.alt_text = [words.altMissing];
            if (!data.get("credit").trim()) errors.credit = [words.creditMissing];
            return errors;
        }

        complain(form, errors) {
            for (const place of form.querySelectorAll(".picture-error")) place.textContent = "";
            for (const input of form.elements) input.removeAttribute("aria-invalid");
            let first = null;
            for (const [name, told] of Object.entries(errors)) {
                const input = form.elements[name];
                const place = form.querySelector(`#picture-${name}-error`) || form.querySelector("#picture-file-error");
                place.textContent = told.join(" ");
                if (input) input.setAttribute("aria-invalid", "true");
                first = first || input || form.elements.alt_text;
            }
            if (first) first.focus();
        }
    }

    // Drawn from pixels, for the content policy allows no blob: address; what can't be drawn shows no preview.
    async function drawPreview(canvas, file) {
        canvas.hidden = true;
        try {
            const pixels = await createImageBitmap(file, { resizeWidth: 240, resizeQuality: "medium" });
            Object.assign(canvas, { width: pixels.width, height: pixels.height, hidden: false });
            canvas.getContext("2d").drawImage(pixels, 0, 0);
        } catch {
            canvas.hidden = true;
        }
    }

    Object.assign(window.Newsroom, { PictureDialog, PictureLibrary: Library, make });
}
