"use strict";
// Keeps at the server what is typed into a form of the admin, and leaves the form only once it is saved.
// Nothing is kept in the browser.
(() => {
    // Milliseconds
    const QUIET = 2000, LATEST = 4000, BEAT = 25000, AGAIN = 2000, LONGEST = 60000, PATIENCE = 15000, SAVING = 90000;
    const LARGEST_LEFT = 60000; // bytes that a browser sends for a page that is closed
    const told = document.querySelector("[data-unsaved]");
    if (!told) return;
    const form = told.closest("form");
    const words = JSON.parse(document.getElementById("unsaved-words").textContent);
    const others = document.querySelector("[data-others]");
    const dialog = document.querySelector("[data-sign-in]");
    const { url, page, draft } = told.dataset;
    const taken = [...form.querySelectorAll("input[name=_taken]")].map((input) => input.value);
    const passwords = new Set([...form.querySelectorAll("input[type=password]")].map((input) => input.name));
    let who = told.dataset.who;
    form.autocomplete = "off"; // Back would fill the fields with what the page was left with, at some moment after this
    const baseline = JSON.stringify(fields());
    let kept = told.dataset.refused ? "" : baseline; // what the server has
    let firstAt = 0;
    let timer = 0;
    let tries = 0;
    let running = null;
    let isSaving = false;
    let isLeaving = false;
    let waiting = null; // the Save that goes on after signing in

    function fields() {
        for (const editor of Object.values(window.CKEDITOR?.instances || {})) {
            if (editor.status === "ready") editor.updateElement();
        }
        return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && !passwords.has(name));
    }

    function say(text, kind) {
        told.textContent = text;
        told.dataset.kind = kind;
        document.querySelector("[data-sign-in-open]").hidden = kind !== "signed-out";
    }

    function useToken(token) {
        for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    }

    async function ask(body, options = {}) {
        const token = form.elements.csrfmiddlewaretoken.value;
        try {
            const response = await fetch(url, {
                method: "POST",
                headers: { "Content-Type": "application/json", "X-CSRFToken": token },
                body: JSON.stringify({ page, taken, who, fields: null, ...body }),
                signal: AbortSignal.timeout(PATIENCE),
                ...options,
            });
            if (response.status === 413) return { state: "tooLong" };
            if (response.status >= 500 || response.status === 429) return { state: "away" };
            return await response.json();
        } catch {
            return { state: "away" };
        }
    }

    // Sends what was typed since, or a sign of life; returns in a word what became of it.
    async function attempt() {
        clearTimeout(timer);
        timer = firstAt = 0;
        const typed = JSON.stringify(fields());
        const sent = typed === kept ? null : typed === baseline && !taken.length && !told.dataset.refused ? [] : JSON.parse(typed);
        const answer = await ask({ fields: sent });
        if (answer.token) useToken(answer.token);
        if (answer.others !== undefined && others) {
            others.textContent = answer.others;
            others.hidden = !answer.others;
        }
        if (answer.state === "kept") {
            if (sent) say(sent.length ? words.kept.replace("%s", answer.at) : words.takenBack, "kept");
            else if (told.dataset.kind !== "kept") say("", "kept");
            kept = typed;
            tries = 0;
            document.dispatchEvent(new CustomEvent("newsroom:kept", { detail: answer }));
            if (sent?.length && draft) nameDraft();
        } else if (answer.state === "away") {
            if (sent) say(words.away, "away");
            timer = setTimeout(keep, Math.min(AGAIN * 2 ** tries, LONGEST));
            tries += 1;
        } else if (answer.state === "signed-out" || answer.state === "other") {
            say(answer.state === "other" ? words.other.replace("%s", answer.name) : words.signedOut, "signed-out");
            dialog.answer = answer;
        } else {
            say(words[answer.state] || words.refused, "refused");
        }
        return answer.state;
    }

    function keep() {
        running ||= attempt().finally(() => { running = null; });
        return running;
    }

    function nameDraft() {
        const address = new URL(location.href);
        if (address.searchParams.get("draft") === draft) return;
        address.searchParams.set("draft", draft);
        history.replaceState(history.state, "", address);
    }

    const hasUnsaved = () => !isLeaving && JSON.stringify(fields()) !== kept;

    function typed() {
        if (isSaving || isLeaving) return;
        const now = Date.now();
        firstAt ||= now;
        clearTimeout(timer);
        timer = setTimeout(keepWhatIsNew, Math.max(0, Math.min(QUIET, firstAt + LATEST - now)));
    }

    function keepWhatIsNew() {
        timer = firstAt = 0;
        if (hasUnsaved()) keep();
    }

    async function save(button) {
        isSaving = true;
        say(words.saving, "saving");
        await running;
        const state = await keep();
        if (state === "signed-out" || state === "other") {
            waiting = { button };
            askForPassword();
        } else if (state === "away") {
            say(words.notSaved, "away");
        } else {
            await send(button);
        }
        isSaving = false;
    }

    // An answer that leads on is followed; any other is asked for once more by the form itself, which shows it.
    async function send(button) {
        const data = new FormData(form, button);
        const hasFiles = [...data.values()].some((value) => typeof value !== "string" && value.size);
        if (!hasFiles && told.dataset.leads) {
            const address = form.getAttribute("action") || location.href;
            let response;
            try {
                const headers = { "X-Save": "1" };
                response = await fetch(address, { method: "POST", body: data, headers, redirect: "manual", signal: AbortSignal.timeout(SAVING) });
            } catch {
                say(words.notSaved, "away");
                return;
            }
            const to = response.headers.get("X-Location");
            if (!to && response.status >= 500) {
                say(words.notSaved, "away");
                return;
            }
            if (to) {
                isLeaving = true;
                location.assign(to);
                return;
            }
        }
        isLeaving = true;
        if (button?.name) {
            const pressed = document.createElement("input");
            Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
            form.append(pressed);
        }
        HTMLFormElement.prototype.submit.call(form);
    }

    function askForPassword() {
        const { answer } = dialog;
        dialog.querySelector("[data-told]").textContent = answer.state === "other" ? words.other.replace("%s", answer.name) : words.signedOut;
        const goOn = dialog.querySelector("[data-go-on]");
        goOn.hidden = answer.state !== "other";
        goOn.textContent = goOn.dataset.goOn.replace("%s", answer.name || "");
        if (!dialog.open) dialog.showModal();
    }

    async function goOn() {
        dialog.close();
        const { button } = waiting || {};
        const wasSaving = waiting;
        waiting = null;
        if (wasSaving) await save(button);
        else if (["signed-out", "other"].includes(await keep())) askForPassword();
        else if (told.textContent === "") say(words.back, "kept");
    }

    // Says why nobody is signed in; where a code is wanted too, shows its field.
    function refusal(response, inside) {
        const step = response.headers.get("X-Sign-In");
        if (response.status === 429) return words.locked;
        if (step === "set-up") return words.setUp;
        if (step !== "code") return words.wrong;
        const { sign_in_code: code } = inside.elements;
        const wasEmpty = !code.value;
        dialog.querySelector("[data-code]").hidden = false;
        code.value = "";
        code.focus();
        return wasEmpty ? words.code : words.codeWrong;
    }

    async function signIn(event) {
        if (event.submitter?.hasAttribute("data-close")) return;
        event.preventDefault();
        const inside = event.target;
        const problem = dialog.querySelector("[data-told]");
        const data = new URLSearchParams(new FormData(inside));
        data.set("csrfmiddlewaretoken", dialog.answer.token);
        data.set("next", location.pathname);
        try {
            const response = await fetch(inside.dataset.login, { method: "POST", body: data, redirect: "manual" });
            if (response.type === "opaqueredirect") {
                inside.elements.password.value = inside.elements.sign_in_code.value = "";
                await goOn();
            } else {
                problem.textContent = refusal(response, inside);
            }
        } catch {
            problem.textContent = words.away;
        }
    }

    document.querySelector("[data-sign-in-open]").addEventListener("click", askForPassword);
    dialog.querySelector("form").addEventListener("submit", signIn);
    dialog.querySelector("[data-go-on]").addEventListener("click", () => {
        who = dialog.answer.who;
        useToken(dialog.answer.token);
        goOn();
    });
    dialog.addEventListener("close", () => { if (!isSaving) waiting = null; });

    // Boxes that choose rows stand outside the form while they are open, and tell only jQuery of a change.
    for (const kind of ["input", "change", "click", "drop"]) document.addEventListener(kind, typed);
    window.django?.jQuery?.(document).on("change", typed);
    form.addEventListener("submit", (event) => {
        const button = event.submitter;
        if (event.defaultPrevented || button?.hasAttribute("formaction") || button?.hasAttribute("formtarget")) return;
        event.preventDefault();
        if (!isSaving) save(button);
    });
    window.addEventListener("beforeunload", (event) => {
        if (!hasUnsaved()) return;
        event.preventDefault();
        keep(); // while the browser asks: the next page may be this form again
    });
    window.addEventListener("pagehide", () => {
        if (isLeaving) return;
        const last = hasUnsaved() ? fields() : null;
        const fits = last && JSON.stringify(last).length * 3 < LARGEST_LEFT;
        ask({ fields: fits ? last : null, left: true }, { keepalive: true, signal: null });
    });
    window.addEventListener("pageshow", (event) => {
        if (event.persisted) location.reload(); // its number was used, or what it shows is outdated
    });
    window.addEventListener("online", keep);
    setInterval(() => { if (!isSaving && !isLeaving && !timer) keep(); }, BEAT);
    if (told.dataset.refused) typed();
})();
