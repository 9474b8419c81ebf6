"use strict";
// What a style does to words: it hides them with everything within, or until something within shows again.
// newsroom/richtext/looks.py judges alike what is stored.
window.Newsroom = window.Newsroom || {};
{
    const ESCAPED = /\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi;
    const NUMBER = /(?<![\w.#])([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(%|[a-z]*)/g;
    const FUNCTION = /([a-z0-9-]+)\(([^()]*)\)/g;
    const SIZE_IN_FONT = /(?:^|\s)((?:\d+(?:\.\d*)?|\.\d+)(?:%|[a-z]+)|0(?=[/\s]))/;
    const SIZES = new Set(["xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"]);
    const PIXELS = {
        "": 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 37.8, mm: 3.78, q: 0.945, em: 16, rem: 16, ex: 8, ch: 8, vw: 13,
        vh: 8, "%": 13,
    };
    const HIDDEN = /\b(?:hidden|collapse)\b/;
    const UNSEEN_OPACITY = 0.05;
    const THINNEST = 2; // px of a box, or of a letter, below which nobody sees what it holds
    const BEYOND = -900; // px before the page
    const FAR = 5000; // px behind what stays of its first line
    const WHITE = 240; // of 255: the least of each colour of what is white to the eye
    const ROOM = ["height", "width", "block-size", "inline-size"].flatMap((side) => [side, `max-${side}`]);
    const PLACES = ["left", "right", "top", "bottom", "margin", "margin-left", "margin-right", "margin-top", "inset"];
    const BACKGROUNDS = ["background", "background-color", "background-image"];
    const NO_COLOUR = new Set(["", "transparent", "none", "inherit", "initial", "unset", "rgba(0, 0, 0, 0)"]);
    const WHITES = new Set(["white", "window", "canvas", "snow", "ivory", "ghostwhite", "floralwhite"]);

    // Declarations as browsers read them: without comments and escapes.
    window.Newsroom.asBrowsersRead = (style) => style.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, "").replace(ESCAPED,
        (_, code, letter) => letter || String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)));

    function declarations(style) {
        const found = {};
        for (const one of window.Newsroom.asBrowsersRead(style).toLowerCase().split(";")) {
            const colon = one.indexOf(":");
            if (colon >= 0) found[one.slice(0, colon).trim()] = one.slice(colon + 1).split("!")[0].trim();
        }
        return found;
    }

    const given = (value) => [...(value || "").matchAll(NUMBER)].map(([, number, unit]) => [Number(number), unit]);
    const numbers = (value, without = []) => given(value).filter(([, unit]) => !without.includes(unit))
        .map(([number, unit]) => number * (PIXELS[unit] ?? 1));
    const ofFunction = (value, name) => [...(value || "").matchAll(FUNCTION)].filter((one) => one[1].startsWith(name))
        .map((one) => one[2]);

    function isClear(value) {
        const last = given(value).pop();
        return last !== undefined && last[0] / (last[1] === "%" ? 100 : 1) < UNSEEN_OPACITY;
    }

    function isClipped(style) {
        const box = numbers(style.clip);
        if (box.length === 4 && (box[2] - box[0] < THINNEST || box[1] - box[3] < THINNEST)) return true;
        const shape = style["clip-path"] || "";
        const parts = given(shape);
        if (!parts.length) return false;
        if (shape.includes("inset")) return parts[0][1] === "%" && parts[0][0] >= 50;
        if (/circle|ellipse/.test(shape)) return parts[0][0] === 0;
        return parts.every(([number]) => number === parts[0][0]);
    }

    function hasNoRoom(style) {
        const cuts = ["overflow", "overflow-x", "overflow-y"].some((name) => /\b(?:hidden|clip)\b/.test(style[name] || ""));
        const padded = Object.keys(style).some((name) => name.startsWith("padding") && numbers(style[name]).some(Boolean));
        const sizes = ROOM.map((name) => numbers(style[name]));
        return cuts && !padded && sizes.some((size) => size.length === 1 && size[0] < THINNEST);
    }

    function isAway(style) {
        const moves = [...ofFunction(style.transform, "translate"), style.translate];
        const lengths = [
            ...moves.flatMap((value) => numbers(value, ["%", "vw", "vh"])),
            ...PLACES.flatMap((name) => numbers(style[name], ["%"])),
        ];
        const indents = numbers(style["text-indent"]);
        if ([...lengths, ...indents].some((one) => one <= BEYOND) || indents.some((one) => one >= FAR)) return true;
        const scales = [...ofFunction(style.transform, "scale"), style.scale, style.zoom];
        return scales.some((value) => numbers(value).includes(0));
    }

    const hides = (style) => /\bnone\b/.test(style.display || "") || /^(?:all|screen)$/.test(style["mso-hide"] || "") ||
        HIDDEN.test(style["content-visibility"] || "") || isClear(style.opacity) ||
        ofFunction(style.filter, "opacity").some(isClear) || isClipped(style) || hasNoRoom(style) || isAway(style);

    function ofHex(written) {
        const digits = written.length === 3 || written.length === 4 ? written.replace(/./g, "$&$&") : written;
        if (!/^(?:[0-9a-f]{6}|[0-9a-f]{8})$/.test(digits)) return null;
        const levels = digits.match(/../g).map((pair) => parseInt(pair, 16));
        if (levels.length === 3) return levels;
        return levels[3] / 255 < UNSEEN_OPACITY ? [] : levels.slice(0, 3);
    }

    // Red, green and blue of 255, nothing of them for what is transparent, or null for what can't be told.
    function shade(colour) {
        if (colour === "transparent") return [];
        if (WHITES.has(colour)) return [255, 255, 255];
        if (colour.startsWith("#")) return ofHex(colour.slice(1));
        if (!/^(?:rgb|hsl)/.test(colour)) return null;
        const parts = given(colour);
        if (parts.length > 3 && parts[3][0] / (parts[3][1] === "%" ? 100 : 1) < UNSEEN_OPACITY) return [];
        if (parts.length < 3) return null;
        if (colour.startsWith("hsl")) return parts[2][0] >= 95 ? [255, 255, 255] : [0, 0, 0];
        return parts.slice(0, 3).map(([number, unit]) => Math.trunc(number * (unit === "%" ? 2.55 : 1)));
    }

    const isWhite = (levels) => levels.length > 0 && Math.min(...levels) >= WHITE;

    function isPaper(background) {
        if (background.includes("url(") || background.includes("gradient")) return false;
        const shades = (background.match(/[a-z-]+\([^)]*\)|\S+/g) || []).map(shade).filter(Boolean);
        return shades.length > 0 && shades.every((one) => !one.length || isWhite(one));
    }

    function sizes(style) {
        const size = style["font-size"] || (style.font || "").match(SIZE_IN_FONT)?.[1] || "";
        if (SIZES.has(size)) return { size: false };
        const parts = given(size);
        if (parts.length !== 1) return {};
        const [number, unit] = parts[0];
        const isTooSmall = number * (unit === "%" ? 0.16 : PIXELS[unit] ?? 1) < THINNEST;
        return (unit === "%" || unit === "em") && !isTooSmall ? {} : { size: isTooSmall };
    }

    function paints(style) {
        const colour = style.color || "";
        if (!colour || ["inherit", "currentcolor", "unset"].includes(colour)) return {};
        const clip = (style["background-clip"] || "") + (style["-webkit-background-clip"] || "");
        if (clip.includes("text")) return { clear: false, white: false };
        const levels = shade(colour);
        return { clear: levels?.length === 0, white: Boolean(levels) && isWhite(levels) };
    }

    function passedOn(style) {
        const found = { ...sizes(style), ...paints(style) };
        if (style.visibility) found.visibility = HIDDEN.test(style.visibility);
        const background = BACKGROUNDS.map((name) => style[name] || "").filter((one) => !NO_COLOUR.has(one)).join(" ");
        if (background) found.backed = !isPaper(background);
        return found;
    }

    // What a style makes of the words within: whether it hides all of them, and what is passed on inwards.
    window.Newsroom.lookOf = function lookOf(written) {
        const style = declarations(written);
        return { hides: hides(style), passedOn: passedOn(style) };
    };

    // The same of what older pages write as attributes; a name may have a background where no sheet tells.
    window.Newsroom.lookOfAttributes = function lookOfAttributes(element, hasSheet) {
        const named = element.getAttribute("class") || element.id;
        const backed = !hasSheet && named && !/^(?:mso|docs-internal)/i.test(named) ? { backed: true } : {};
        const written = [["color", "color"], ["bgcolor", "background"]].filter(([name]) => element.getAttribute(name))
            .map(([name, property]) => `${property}: ${element.getAttribute(name)}`);
        if (element.getAttribute("background")) written.push("background: url()");
        return { ...backed, ...(written.length ? passedOn(declarations(written.join(";"))) : {}) };
    };

    window.Newsroom.isOutOfSight = (look) => Boolean(look.visibility || look.size || look.clear ||
        (look.white && !look.backed));
}
