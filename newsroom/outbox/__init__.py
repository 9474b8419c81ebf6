"""Mail that is sent later: apps offer a function that makes each kind of mail, and post rows to send.

A row holds the kind of mail and the key of the object that it is about, and no text. It holds no address either,
unless a notice has to reach an address as it was: then it is encrypted under INQUIRY_KEYS. The worker renders the mail
when it sends it, and deletes the row afterwards.
"""
