"""Mail that leaves later: apps offer how a kind of mail is made, and post which object it is about.

A row says which mail about which object, and no text. It holds no address either, but for a notice that has to
reach an address as it was: then sealed under the site's keys. The worker renders the mail when it sends it, and
deletes the row after.
"""
