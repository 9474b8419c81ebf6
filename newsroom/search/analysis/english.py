"""What the English stemmer does not know: irregular forms, and British spelling as American."""

import re

IRREGULAR = {
    word: base
    for base, words in {
        "begin": "began begun", "bring": "brought", "build": "built", "buy": "bought", "catch": "caught",
        "child": "children", "choose": "chose chosen", "fight": "fought", "flee": "fled", "foot": "feet",
        "forbid": "forbade forbidden", "get": "got gotten", "give": "gave given", "go": "went gone",
        "hide": "hid hidden", "hold": "held", "keep": "kept", "know": "knew known", "life": "lives",
        "lead": "led", "man": "men", "meet": "met", "pay": "paid", "run": "ran", "say": "said", "seek": "sought",
        "sell": "sold", "send": "sent", "speak": "spoke spoken", "spend": "spent", "steal": "stole stolen",
        "die": "dying", "lie": "lying", "tie": "tying", "take": "took taken", "teach": "taught", "tell": "told",
        "thief": "thieves", "think": "thought",
        "wife": "wives", "woman": "women", "write": "wrote written",
        # British and American
        "center": "centre centres centred", "counselor": "counsellor counsellors", "defense": "defence defences",
        "inquire": "enquire enquires enquired enquiring", "inquiry": "enquiry enquiries", "judgment": "judgement",
        "license": "licence licences", "offense": "offence offences", "practice": "practise practises practised",
        "program": "programme programmes",
    }.items()
    for word in words.split()
}  # fmt: skip

# British -ise where American has -ize, and -our where it has -or; not in words such as 'advise' and 'hour'.
BRITISH_ISE = re.compile(
    "(?<=[a-z]{2})(al|an|ar|ard|at|er|et|gn|ic|il|im|in|it|og|on|or)is(e|ed|er|ers|es|ing|ation|ations|ational)$"
)
BRITISH_OUR = re.compile("^(arm|behavi|col|endeav|fav|harb|hon|hum|lab|misdemean|neighb|rum)our")


def regular(word: str) -> str:
    """Return the form of a folded English word that the stemmer knows."""
    return BRITISH_OUR.sub(r"\1or", BRITISH_ISE.sub(r"\1iz\2", IRREGULAR.get(word, word)))


# What is left of both without these: prosecutor and prosecution, smuggler and smuggling, slaver and slavery.
AGENT_OR_ACT = re.compile(
    "(ations?|itions?|utions?|ions?|ators?|ors?|ers?|ings?|ants?|ments?|ery|als?|ists?|ism|ed|es|s|e)$"
)
LEFT_OVER = re.compile("[aeiu]?t$")
SHORTEST_ROOT = 4  # letters
NEGATION = re.compile(
    r"\b(can|could|do|does|did|has|have|had|is|are|was|were|wo|won|would|should|ca)(?:n['’]?t|(?<=n)['’]?t)\b"
    r"|\b(can)not\b",
    re.IGNORECASE,
)


def root(word: str) -> str:
    """Return what a folded word shares with the name of its agent or act, or nothing where that is too short."""
    found = LEFT_OVER.sub("", AGENT_OR_ACT.sub("", word))
    return found if len(found) >= SHORTEST_ROOT and word.isascii() else ""


def with_negations_apart(words: str) -> str:
    """Return words with 'not' as a word of its own: can't, cant and cannot are can not."""
    return NEGATION.sub(lambda match: f"{match[1] or match[2]} not", words)
