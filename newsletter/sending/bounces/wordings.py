"""Patterns for how mail servers word a bounce: everything around the reason."""

import re

REPLY = re.compile(r"(?<![\d.\w/-])([45]\d\d)(?=[ -]|#?[45]\.\d)[ -]?(#?)(.*)", re.DOTALL)
# The line where the copy of our own message begins.
COPY = re.compile(
    r"^[- \t>*=_]{0,40}(?:below this line is a copy|this is a copy of|(?:the )?(?:original|returned|undelivered|enclosed) message"
    r"|copy of (?:the|your) message|message headers? follow|included (?:is a )?copy|unsent message)|^return-path:|^received: ",
    re.IGNORECASE | re.MULTILINE,
)
DAEMON = re.compile(
    r"mailer[-_. ]?daemon|postmaster|mail[-_. ]?(?:delivery|system|admin|router)|system administrator|mdaemon|daemon@",
    re.I,
)
FAILED = re.compile(
    r"undeliver|\bdeliver[^.\n]{0,60}(?:fail|error)|\b(?:fail|error|trouble)[^.\n]{0,60}(?:deliver|sending)|did not reach|not (?:be )?(?:delivered|deliver)|could ?n.t (?:be )?deliver|unable to deliver|failure notice|return(?:ed|ing) (?:mail|message|to sender)"
    r"|delivery (?:\w+ )?(?:fail|error|problem|has failed)|(?:mail|message|delivery) (?:\w+ )?fail|permanent (?:fatal )?error|non[- ]?deliver"
    r"|nicht zu(?:ge)?stell|unzustellbar|non remis|n'a pas (?:pu )?être|no (?:se )?(?:ha )?(?:podido|pudo) entregar|não (?:foi|pôde) (?:ser )?entreg"
    r"|impossibile (?:recapitare|consegnare)|не (?:было )?доставлен|退信|无法投递|配信できません|送信できません",
    re.IGNORECASE,
)  # fmt: skip
DELAYED = re.compile(
    r"(?:delayed|not yet been delivered|will (?:be )?(?:retr|try|keep trying|continue)|still (?:be(?:ing)? )?(?:tr|retr)"
    r"|warning message only|do not need to resend|no action is required|wird weiter versucht)",
    re.IGNORECASE,
)
# The command to which a reply was given, as mail servers report it.
BEFORE_RECIPIENT = re.compile(
    r"(?:after|in reply to|response to|error from)(?: pipelined)? (?:initial connection|sending (?:helo|ehlo|mail)|(?:end of )?(?:helo|ehlo|mail)\b)",
    re.IGNORECASE,
)
AFTER_TEXT = re.compile(r"(?:after|in reply to)(?: the| pipelined)? (?:end of )?data\b", re.IGNORECASE)
HEADER = re.compile(
    r"^[ \t>]{0,20}(?:subject|to|from|sent|date|cc|message-id)[ \t]?:.*$", re.IGNORECASE | re.MULTILINE
)
FOUND = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++@[\w.-]+\.\w+")
