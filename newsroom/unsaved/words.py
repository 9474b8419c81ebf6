"""What the script of a form says."""

from django.utils.translation import gettext as _


def script_words() -> dict[str, str]:
    """Return its sentences by name; %s stands for a time or a name."""
    return {
        "kept": _("Kept %s, yet to be saved"),
        "takenBack": _("Nothing is unsaved."),
        "saving": _("Saving …"),
        "away": _("The server can’t be reached. What you typed stands in this form: leave it open. Trying again …"),
        "notSaved": _("The server can’t be reached, so nothing was saved. Your text stands in this form: try again."),
        "refused": _("This can’t be kept any more: your rights have changed. Copy what you need."),
        "gone": _("Somebody has deleted this piece. Copy what you need."),
        "tooLong": _("This is too long to be kept while you type. Save it."),
        "signedOut": _("You are signed out. What you typed stands in this form."),
        "other": _("In this browser somebody else is signed in now: %s. Nothing was saved."),
        "wrong": _("That was not right. Try again."),
        "locked": _("Passwords were wrong too often. Leave this page open and try again in 15 minutes."),
        "code": _("Enter the code that your app shows now."),
        "codeWrong": _("That code was not right, or it was used already. Wait for the next one."),
        "setUp": _("This site asks for a second factor now. Sign in in another tab to set it up, and come back here."),
        "back": _("You are signed in again."),
    }  # fmt: skip
