"""Returned mail as many programs write it, in our own words, with the fate that each must have."""

HEAD = "From: {sender}\nTo: RETURN_PATH\nSubject: {subject}\nMIME-Version: 1.0\n"
COPY = "\nReturn-Path: <RETURN_PATH>\nSubject: News\nTo: READER\n\nNo such user is known in this text, says our article.\n"


def dsn(said, status="5.0.0", action="failed", text="Your message could not be delivered.", kind="smtp"):
    """Return a report with one recipient."""
    return (
        HEAD.format(sender="MAILER-DAEMON@mx.example.org", subject="Undelivered Mail Returned to Sender")
        + 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; READER\nAction: {action}\nStatus: {status}\n"
        + (f"Diagnostic-Code: {kind}; {said}\n" if said else "")
        + f"\n--b\nContent-Type: text/rfc822-headers\n{COPY}\n--b--\n"
    )


def plain(text, sender="MAILER-DAEMON@mx.example.org", subject="Mail delivery failed", extra=""):
    """Return a mail that holds no report."""
    head = HEAD.format(sender=sender, subject=subject)
    return f"{head}{extra}Content-Type: text/plain; charset=utf-8\n\n{text}\n"


CASES = {  # the fates of three issues in a row
    "bounce-blocklisted-5.1.1.eml": ["noted", "noted", "noted"],
    "bounce-rate-5.1.1.eml": ["noted", "noted", "noted"],
    "bounce-spf-5.1.0.eml": ["noted", "noted", "noted"],
    "bounce-sender-rejected-5.1.0.eml": ["noted", "noted", "noted"],
    "bounce-unknown-5.4.1.eml": ["noted", "noted", "suppressed"],
    "bounce-unknown-5.5.0.eml": ["noted", "noted", "suppressed"],
    "bounce-unknown-5.2.1.eml": ["suppressed"],
    "bounce-unknown-554.eml": ["suppressed"],
    "bounce-qmail-text.eml": ["suppressed"],
    "bounce-exim-text.eml": ["suppressed"],
}

RETURNS = {
    "Exim, unknown": ("suppressed", plain(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  READER\n    host mx.example.net [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<READER>:\n"
        "    550-5.1.1 The email account that you tried to reach does not exist. Please\n"
        "    550-5.1.1 try double-checking the address. https://example.com/?p=NoSuchUser\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n{COPY}",
        sender="Mail Delivery System <Mailer-Daemon@mx.example.org>", extra="X-Failed-Recipients: READER\n")),
    "Exim, refused after the sender": ("noted", plain(
        "A message that you sent could not be delivered. This is a permanent error.\n\n  READER\n"
        "    SMTP error from remote mail server after MAIL FROM:<RETURN_PATH>:\n    550 5.1.1 unknown user\n",
        extra="X-Failed-Recipients: READER\n")),
    "Exim, full": ("noted", plain(
        "This is a permanent error. The following address failed:\n\n  READER\n    mailbox is full: retry timeout exceeded\n",
        extra="X-Failed-Recipients: READER\n")),
    "Exim, about another address": ("ignored", plain(
        "This is a permanent error.\n\n  other@example.net\n    550 5.1.1 unknown user\n",
        extra="X-Failed-Recipients: other@example.net\n")),
    "Exim, only late": ("ignored", plain(
        "A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours.\n"
        "Delivery attempts will continue.\n\n  READER\n    450 4.1.1 unknown user\n",
        subject="Warning: message delayed 24 hours", extra="X-Failed-Recipients: READER\n")),
    "qmail, local": ("suppressed", plain(
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<READER>:\n"
        f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n{COPY}",
        subject="failure notice")),
    "qmail, refused by a list": ("noted", plain(
        "Hi. This is the qmail-send program.\nI wasn't able to deliver your message. This is a permanent error.\n\n<READER>:\n"
        "192.0.2.25 failed after I sent the message.\nRemote host said: 554 5.7.1 blocked using a block list\n"
        f"\n--- Below this line is a copy of the message.\n{COPY}", subject="failure notice")),
    "Postfix, unknown": ("suppressed", dsn(
        "550 5.1.1 <READER>: Recipient address rejected: User unknown in local recipient table", "5.1.1")),
    "Postfix, local": ("suppressed", dsn("unknown user: \"ann\"", "5.1.1", kind="X-Postfix")),
    "Postfix, no such host": ("doubted", dsn(
        "Host or domain name not found. Name service error for name=example.org type=AAAA: Host not found", "5.4.4",
        kind="X-Postfix")),
    "Postfix, answer to the sender": ("noted", dsn(
        "host mx[192.0.2.1] said: 550 5.1.1 unknown (in reply to MAIL FROM command)", "5.1.1", kind="X-Postfix")),
    "Sendmail": ("suppressed", dsn("550 5.1.1 <READER>... User unknown", "5.1.1", kind="SMTP")),
    "Exchange Online": ("suppressed", dsn(
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient READER not found by SMTP address lookup", "5.1.10")),
    "Exchange, not for us": ("noted", dsn("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; not authenticated", "5.7.133")),
    "Exchange 2003": ("suppressed", plain(
        "Your message\n\n  To: READER\n  Subject: News\n  Sent: Mon, 5 Jan 2026 10:00:00\n\ndid not reach the following "
        "recipient(s):\n\nREADER on Mon, 5 Jan 2026 10:00:01\n    The recipient name is not recognized\n",
        sender="System Administrator <postmaster@example.org>", subject="Undeliverable: News")),
    "Gmail, disabled": ("doubted", dsn(
        "550 5.2.1 The email account that you tried to reach is inactive. https://support.google.com/mail/?p=DisabledUser", "5.2.1")),
    "Gmail, rate": ("noted", dsn("550 5.2.1 The user you are trying to contact is receiving mail at a rate that is too high", "5.2.1")),
    "Yahoo": ("suppressed", dsn("554 delivery error: dd Not a valid recipient - mta4.mail.bf1.yahoo.com")),
    "mail.ru": ("suppressed", dsn(
        "550 Message was not accepted -- invalid mailbox. Local mailbox READER is unavailable: user not found")),
    "QQ": ("suppressed", dsn("550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?id=20022")),
    "GMX, gone": ("doubted", dsn("550 Requested action not taken: mailbox unavailable")),
    "GMX, our DNS": ("noted", dsn("550 Requested action not taken: mailbox unavailable invalid DNS MX or A/AAAA resource record")),
    "no words, no code": ("noted", dsn("", "5.0.0")),
    "no words, a code that names it": ("suppressed", dsn("", "5.1.1 (bad destination mailbox address)")),
    "words for people alone": ("suppressed", dsn("", "5.0.0", text="READER: 550 5.1.1 no such user here")),
    "late for days": ("noted", dsn("connection timed out", "4.4.1")),
    "unknown under a passing code, given up after days": ("doubted", dsn("450 4.1.1 <READER>: user unknown", "4.1.1")),
    "German, in base64": ("suppressed", (
        HEAD.format(sender="Postmaster <postmaster@example.org>", subject="Unzustellbar: News")
        + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        "RGllIE1haWwga29ubnRlIG5pY2h0IHp1Z2VzdGVsbHQgd2VyZGVuLgoKNTUwIDUuMS4xIEVtcGbD\n"
        "pG5nZXIgdW5iZWthbm50Cg==\n")),
    "Exchange Online to people, in German": ("suppressed", dsn(
        "", "5.0.0", text="Ihre Nachricht an READER konnte nicht zugestellt werden.\nann wurde unter example.org nicht gefunden.")),
    "Exchange Online to people, in Japanese": ("suppressed", dsn(
        "", "5.0.0", text="READER へのメッセージを配信できませんでした。\nann が example.org で見つかりませんでした。")),
    "Exchange Online to people, in Chinese": ("suppressed", dsn(
        "", "5.0.0", text="无法将您的邮件发送给 READER。\n在 example.org 中找不到 ann。")),
    "Gmail to people, in Chinese": ("suppressed", plain(
        "** 找不到地址 **\n\n您的邮件未送达 READER，因为系统找不到该地址，或该地址无法接收邮件。\n",
        sender="Mail Delivery Subsystem <mailer-daemon@example.com>", subject="Delivery Status Notification (Failure)")),
    "an address between Chinese letters": ("suppressed", plain(
        "很抱歉，收件人邮件地址（READER）不存在，邮件无法送达。\n", sender="postmaster@example.com", subject="系统退信")),
    "an address between Chinese letters, full": ("noted", plain(
        "很抱歉，收件人（READER）的邮箱已满，邮件无法送达。\n", sender="postmaster@example.com", subject="系统退信")),
    "a domain that is not found, in German": ("noted", dsn(
        "", "5.0.0", text="READER: Die Domäne wurde unter diesem Namen nicht gefunden.")),
    "HTML alone": ("suppressed", (
        HEAD.format(sender="Mail Delivery Subsystem <mailer-daemon@example.org>", subject="Delivery Status Notification (Failure)")
        + "Content-Type: text/html; charset=utf-8\n\n<p>Message could not be delivered</p><p><b>550 5.1.1</b> The user READER "
        "<i>does not exist</i>.</p>\n")),
    "Zoho": ("suppressed", plain(
        "This message was created automatically by mail delivery software.\nA message that you sent could not be delivered.\n\n"
        "READER, ERROR CODE :550 - 5.1.1 <READER>: Recipient address rejected: User unknown\n")),
    "OpenSMTPD": ("suppressed", plain(
        "Hi!\n\nThis is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\nAn error has occurred while attempting to "
        "deliver a message for\nthe following list of recipients:\n\nREADER: 550 5.1.1 No such user\n\nBelow is a copy of the "
        f"original message:\n{COPY}", subject="Delivery status notification: error")),
    "a robot that is away": ("ignored", plain(
        "I am away. The user unknown to you is in another office, mail could not be delivered to me.",
        sender="READER", subject="Out of office", extra="Auto-Submitted: auto-replied\n")),
    "a person who answers": ("ignored", plain(
        f"No such user? Here I am!\n\n> 550 5.1.1 no such user\n{COPY}", sender="READER", subject="Re: News")),
    "a greeting of the postmaster": ("ignored", plain("We wish you a nice day.", sender="postmaster@example.org", subject="Hello")),
}  # fmt: skip
