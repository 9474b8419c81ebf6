"use strict";
// Fills the slug beside a title as articles/models/slugs.py does: the letters and marks of every script stay. The
// admin's own script writes "djng" for "đường" and drops what its tables lack.
{
    function slugFrom(title, longest) {
        const text = title.normalize("NFC").toLowerCase();
        const parts = /[\p{Mn}\p{Mc}]/u.test(text)
            ? text.replace(/[^\p{L}\p{N}\p{Mn}\p{Mc}]/gu, "-").split("-")
            : text.normalize("NFKC").replace(/[^\p{L}\p{N}_\s-]/gu, "").split(/[-\s]+/u);
        const slug = parts.filter(Boolean).join("-").slice(0, longest || 100).replace(/^[-_]+|[-_]+$/g, "");
        if (!title.trim()) return "";
        return !slug || /^\p{Nd}+$/u.test(slug) ? `n-${slug}` : slug;
    }

    document.addEventListener("DOMContentLoaded", () => {
        if (!window.URLify) return;
        window.URLify = slugFrom;
        const jQuery = window.django.jQuery;
        const list = document.getElementById("django-admin-prepopulated-fields-constants");
        const filled = JSON.parse(list?.dataset.prepopulatedFields || "[]");
        for (const title of filled.flatMap((field) => field.dependency_ids)) {
            // The admin's own script listens to keys; a mouse, a drop, dictation and autofill press none.
            document.querySelector(title)?.addEventListener("input", () => jQuery(title).triggerHandler("keyup"));
        }
    });
}
