"use strict";
// Uploads pictures, many at a time and one by one over the line, and asks for the words of each.
// The plain form below it does the same for one picture where there is no script.
document.addEventListener("DOMContentLoaded", () => {
    const desk = document.querySelector("[data-uploads]");
    const plain = document.getElementById("image_form");
    if (!desk || !plain) return;
    const said = JSON.parse(document.getElementById("upload-words").textContent);
    const token = plain.querySelector("input[name=csrfmiddlewaretoken]"); // another after signing in anew on this page
    const list = desk.querySelector("[data-list]");
    const template = desk.querySelector("template");
    const chooser = desk.querySelector("input[type=file]");
    const summary = desk.querySelector("[data-summary]");
    const AT_ONCE = 2; // one on the line while the server works on the other
    const TRIES = 5; // by itself, after a line that broke
    const FIRST_PAUSE = 2; // seconds, then twice as long each time
    const items = [];

    plain.hidden = true;
    desk.hidden = false;

    const find = (item, name) => item.element.querySelector(`[data-${name}]`);

    // Also where the page comes over plain http, without crypto.randomUUID.
    function newKey() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function tell(item, text, kind = "") {
        const line = find(item, "told");
        line.textContent = text;
        item.element.dataset.kind = kind;
    }

    function count() {
        const stored = items.filter((item) => item.state === "stored").length;
        const worded = items.filter((item) => item.worded).length;
        const again = items.some((item) => item.state === "failed" && !find(item, "retry").hidden);
        summary.hidden = !items.length;
        const bar = summary.querySelector("progress");
        bar.max = items.length || 1;
        bar.value = stored + items.reduce((sum, item) => sum + (item.state === "sending" ? item.share * 0.9 : 0), 0);
        summary.querySelector("[data-count]").textContent = said.count
            .replace("%stored%", stored).replace("%all%", items.length).replace("%worded%", worded);
        summary.querySelector("[data-retry-all]").hidden = !again;
        summary.querySelector("[data-save-all]").hidden = !items.some((item) => !item.worded && item.dirty);
    }

    function fail(item, text, again) {
        item.state = "failed";
        find(item, "retry").hidden = !again;
        find(item, "remove").hidden = false;
        item.words.hidden = !again; // what is no picture needs no words
        find(item, "bar").hidden = true;
        tell(item, text, "wrong");
        next();
    }

    // The line broke or the server is busy: wait longer each time, then ask the person.
    function pause(item, seconds) {
        item.tries += 1;
        if (item.tries > TRIES) {
            fail(item, said.broken, true);
            return;
        }
        item.state = "pausing";
        find(item, "retry").hidden = false;
        find(item, "bar").hidden = true;
        const wait = seconds || FIRST_PAUSE * 2 ** (item.tries - 1);
        tell(item, said.again.replace("%seconds%", wait), "wrong");
        item.timer = setTimeout(() => queue(item), wait * 1000);
        next();
    }

    function queue(item) {
        clearTimeout(item.timer);
        item.state = "waiting";
        find(item, "retry").hidden = true;
        find(item, "remove").hidden = true;
        tell(item, said.waiting);
        next();
    }

    function next() {
        count();
        const busy = items.filter((item) => item.state === "sending").length;
        const waiting = items.find((item) => item.state === "waiting");
        if (!waiting || busy >= AT_ONCE) return;
        send(waiting);
        next();
    }

    function post(url, data, done, progress) {
        const request = new XMLHttpRequest();
        request.open("POST", url);
        request.setRequestHeader("X-CSRFToken", token.value);
        request.setRequestHeader("Accept", "application/json");
        if (progress) request.upload.addEventListener("progress", progress);
        const answer = () => {
            let told = {};
            try {
                told = JSON.parse(request.responseText);
            } catch {
                told = {};
            }
            done(request.status, told, request);
        };
        for (const name of ["load", "error", "timeout", "abort"]) request.addEventListener(name, answer);
        request.timeout = 10 * 60 * 1000; // a slow line gets ten minutes for one picture
        request.send(data);
    }

    function send(item) {
        item.state = "sending";
        item.share = 0;
        const bar = find(item, "bar");
        bar.hidden = false;
        bar.value = 0;
        tell(item, said.sending.replace("%percent%", 0));
        const data = new FormData();
        data.append("uuid", item.key);
        data.append("file", item.file);
        post(desk.dataset.uploads, data, (status, told, request) => uploaded(item, status, told, request), (event) => {
            if (!event.lengthComputable) return;
            item.share = event.loaded / event.total;
            bar.value = item.share;
            tell(item, item.share < 1
                ? said.sending.replace("%percent%", Math.floor(item.share * 100)) : said.working);
            count();
        });
    }

    function uploaded(item, status, told, request) {
        if ((status === 200 || status === 201) && told.uuid) {
            stored(item, told);
        } else if (status === 503 || status === 502 || status === 504 || status === 0) {
            pause(item, Number(request.getResponseHeader && request.getResponseHeader("Retry-After")) || 0);
        } else if (status === 413) {
            fail(item, said.large, false);
        } else if (told.errors) {
            fail(item, Object.values(told.errors).flat().join(" "), false);
        } else {
            fail(item, told.error || said.refused, true);
        }
    }

    function stored(item, told) {
        item.state = "stored";
        item.told = told;
        item.file = null; // lets the browser forget it
        const image = find(item, "picture");
        image.src = told.url;
        image.hidden = false;
        find(item, "bar").hidden = true;
        find(item, "retry").hidden = true;
        const more = find(item, "more");
        more.href = told.change_url;
        more.hidden = false;
        tell(item, said.stored);
        if (item.wanted) save(item);
        next();
    }

    function showErrors(item, errors) {
        for (const line of item.element.querySelectorAll(".upload-error")) line.remove();
        for (const input of item.words.elements) input.removeAttribute("aria-invalid");
        for (const [name, messages] of Object.entries(errors)) {
            const input = item.words.elements[name];
            if (!input) continue;
            const line = document.createElement("p");
            line.className = "upload-error";
            line.id = `${input.id}-error`;
            line.textContent = messages.join(" ");
            input.setAttribute("aria-invalid", "true");
            input.setAttribute("aria-describedby", line.id);
            input.closest("p").after(line);
        }
    }

    function save(item) {
        item.wanted = true;
        if (item.state !== "stored") {
            find(item, "saved").textContent = said.later;
            return;
        }
        item.wanted = item.dirty = false;
        post(item.told.words_url, new FormData(item.words), (status, told) => {
            const line = find(item, "saved");
            if (status === 200) {
                showErrors(item, {});
                item.worded = !item.dirty;
                line.textContent = said.saved;
            } else {
                item.dirty = true;
                showErrors(item, told.errors || {});
                line.textContent = told.errors ? said.missing : told.error || said.notsaved;
            }
            item.element.classList.toggle("upload-worded", item.worded);
            count();
        });
    }

    function add(file) {
        const element = template.content.firstElementChild.cloneNode(true);
        const item = { element, file, key: newKey(), state: "new", tries: 0, share: 0, dirty: false, worded: false };
        item.words = element.querySelector("form");
        for (const input of element.querySelectorAll("[id], [for]")) {
            for (const name of ["id", "htmlFor"]) {
                if (input[name]) input[name] = input[name].replace("__n__", items.length);
            }
        }
        find(item, "name").textContent = file.name;
        items.push(item);
        list.append(element);
        find(item, "retry").addEventListener("click", () => {
            item.tries = 0;
            queue(item);
        });
        find(item, "remove").addEventListener("click", () => {
            items.splice(items.indexOf(item), 1);
            element.remove();
            count();
        });
        item.words.addEventListener("input", () => {
            item.dirty = true;
            item.worded = false;
            find(item, "saved").textContent = "";
            count();
        });
        item.words.addEventListener("submit", (event) => {
            event.preventDefault();
            save(item);
        });
        const credit = desk.querySelector("[data-credit]").value;
        if (credit) item.words.elements.credit.value = credit;
        if (file.size > Number(desk.dataset.mostBytes)) fail(item, said.large, false);
        else if (file.size === 0) fail(item, said.empty, false);
        else queue(item);
    }

    const addAll = (files) => [...files].forEach(add);

    chooser.addEventListener("change", () => {
        addAll(chooser.files);
        chooser.value = "";
    });
    // The whole page takes what is dropped: beside the box the browser would open the file instead.
    for (const name of ["dragenter", "dragover"]) {
        document.addEventListener(name, (event) => {
            if (![...event.dataTransfer.types].includes("Files")) return;
            event.preventDefault();
            desk.classList.add("upload-over");
        });
    }
    document.addEventListener("dragleave", (event) => {
        if (!event.relatedTarget) desk.classList.remove("upload-over");
    });
    document.addEventListener("drop", (event) => {
        if (!event.dataTransfer.files.length) return;
        event.preventDefault();
        desk.classList.remove("upload-over");
        addAll(event.dataTransfer.files);
    });
    desk.querySelector("[data-credit]").addEventListener("change", (event) => {
        for (const item of items) {
            const input = item.words.elements.credit;
            if (item.worded || input.value) continue;
            input.value = event.target.value;
            item.dirty = true;
        }
        count();
    });
    summary.querySelector("[data-retry-all]").addEventListener("click", () => {
        const failed = items.filter((item) => item.state === "failed" && !find(item, "retry").hidden);
        for (const item of failed) {
            item.tries = 0;
            queue(item);
        }
    });
    summary.querySelector("[data-save-all]").addEventListener("click", () => {
        items.filter((item) => item.dirty && !item.worded).forEach(save);
    });
    window.addEventListener("online", () => items.filter((item) => item.state === "pausing").forEach(queue));
    window.addEventListener("beforeunload", (event) => {
        const open = items.some((item) => item.dirty || ["waiting", "sending", "pausing"].includes(item.state));
        if (open) event.preventDefault();
    });
});
