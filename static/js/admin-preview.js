// The preview of a form as it stands: in a frame beside it, or in a tab of its own. Nothing is saved by it.
(() => {
    "use strict";
    const PAUSE = 1200; // milliseconds without a key; then the frame shows what was typed
    const DESKTOP = 1280; // px, of the page in the frame
    const box = document.querySelector("[data-preview]");
    const form = box && box.closest("form");
    if (!form) return;
    const words = box.dataset;
    let panel, holder, frame, waiting, sent = "", isStale = false;

    // Texts are asked of their editors, and their boxes left as they are. A file is looked at when it is saved.
    function fields() {
        const texts = {};
        for (const editor of Object.values((window.CKEDITOR || {}).instances || {})) {
            if (editor.status === "ready") texts[editor.element.$.name] = editor.getData();
        }
        return [...new FormData(form)]
            .filter(([, value]) => typeof value === "string")
            .map(([name, value]) => [name, texts[name] ?? value]);
    }

    // A form of its own, so that nothing that watches the sending of the real one takes it for a save.
    function send(values, target) {
        const copy = document.createElement("form");
        Object.assign(copy, { method: "post", action: words.preview, enctype: "multipart/form-data", target, hidden: true });
        for (const [name, value] of values) {
            const field = document.createElement("textarea");
            Object.assign(field, { name, value });
            copy.append(field);
        }
        document.body.append(copy);
        HTMLFormElement.prototype.submit.call(copy);
        copy.remove();
    }

    function make(tag, values, ...parts) {
        const made = Object.assign(document.createElement(tag), values);
        made.append(...parts);
        return made;
    }

    function fit() {
        if (!frame) return;
        const isDesktop = panel.querySelector("[value=desktop]").checked;
        const wide = holder.clientWidth;
        const scale = isDesktop ? Math.min(1, wide / DESKTOP) : 1;
        for (const one of holder.children) {
            one.style.width = isDesktop ? `${Math.max(wide, DESKTOP)}px` : `${Math.min(wide, 390)}px`;
            one.style.height = `${holder.clientHeight / scale}px`;
            one.style.transform = scale < 1 ? `scale(${scale})` : "";
        }
    }

    // A new frame each time: sent into the old one, each look would be a step of the tab's Back.
    function refresh(always) {
        const values = fields();
        const now = JSON.stringify(values);
        if (!always && now === sent) return;
        sent = now;
        isStale = false;
        const next = make("iframe", { name: `preview-${Date.now()}`, title: words.title });
        // No script runs in it: what it links to opens in a tab, and nothing in it can lead the form away.
        next.sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
        next.className = "is-coming";
        const former = frame;
        frame = next;
        panel.setAttribute("aria-busy", "true");
        next.addEventListener("load", () => {
            const isOurs = (one) => one?.contentDocument; // not the browser's own page about a line that is cut
            if (isOurs(next) && next.contentDocument.URL === "about:blank") return;
            if (frame !== next) {
                next.remove();
                return;
            }
            next.classList.remove("is-coming");
            if (isOurs(next) && isOurs(former)) next.contentWindow.scrollTo(0, former.contentWindow.scrollY);
            for (const other of [...holder.children]) if (other !== next) other.remove();
            panel.removeAttribute("aria-busy");
        });
        holder.append(next);
        fit();
        send([...values, [words.frame, "1"]], next.name);
    }

    function soon() {
        if (!panel || panel.hidden) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => {
            if (document.hidden) isStale = true;
            else refresh(false);
        }, PAUSE);
    }

    function width(value, label, isChosen) {
        return make("label", {}, make("input", { type: "radio", name: "preview-width", value, checked: isChosen }), ` ${label}`);
    }

    function open() {
        if (!panel) {
            const again = make("button", { type: "button", className: "button", textContent: words.again });
            const close = make("button", { type: "button", className: "button", textContent: words.close });
            holder = make("div", { className: "preview-holder" });
            panel = make("section", { className: "preview-panel", tabIndex: -1 },
                make("h2", { textContent: words.title }),
                make("div", { className: "preview-tools" },
                    width("phone", words.phone, true), width("desktop", words.desktop, false), again, close),
                holder);
            panel.setAttribute("aria-label", words.title);
            document.querySelector("#content-main").append(panel);
            again.addEventListener("click", () => refresh(true));
            close.addEventListener("click", () => show(false));
            panel.addEventListener("change", fit);
            new ResizeObserver(fit).observe(holder);
        }
        show(true);
        refresh(false);
    }

    function show(yes) {
        panel.hidden = !yes;
        document.querySelector("#content-main").classList.toggle("has-preview", yes);
        beside.setAttribute("aria-expanded", String(yes));
        if (yes) panel.focus();
        else beside.focus();
    }

    const beside = make("button", { type: "button", className: "button", textContent: words.beside });
    beside.setAttribute("aria-expanded", "false");
    beside.addEventListener("click", () => (panel && !panel.hidden ? show(false) : open()));
    box.prepend(beside);
    box.querySelector("[formaction]").addEventListener("click", (event) => {
        event.preventDefault();
        send(fields(), "_blank");
    });
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && isStale) refresh(false);
    });
    window.addEventListener("load", () => {
        if (!window.CKEDITOR) return;
        const watch = (editor) => editor.on("change", soon);
        Object.values(window.CKEDITOR.instances).forEach(watch);
        window.CKEDITOR.on("instanceReady", (event) => watch(event.editor));
    });
})();
