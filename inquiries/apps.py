from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InquiriesConfig(AppConfig):
    """The form to ask in confidence, and the desk that answers."""

    name = "inquiries"
    verbose_name = _("Inquiry Corner")

    def ready(self):
        from django.contrib.auth import user_logged_in
        from django.contrib.auth.models import User
        from django.db.models.signals import m2m_changed, pre_delete, pre_save

        from inquiries import demo, mail, membership, readiness, retention, unread
        from inquiries.desk import access, admitting
        from newsroom import demo as site_demo
        from newsroom.editing import notices
        from newsroom.outbox import worker
        from newsroom.sitesettings import frame

        user_logged_in.connect(access.start_the_clock, dispatch_uid="inquiries.access")
        m2m_changed.connect(
            membership.tell_of_change, sender=User.groups.through, dispatch_uid="inquiries.membership"
        )
        pre_delete.connect(membership.tell_of_deletion, sender=User, dispatch_uid="inquiries.membership")
        pre_save.connect(membership.tell_of_account, sender=User, dispatch_uid="inquiries.membership")
        mail.register()
        notices.register("the form is closed", readiness.closed_notice)
        frame.register("inquiries_are_taken", lambda request: readiness.was_open_lately())
        notices.register("deleted unread", unread.deletion_notice)
        notices.register("officers who wait", admitting.waiting_notice)
        worker.register("inquiries open", readiness.EVERY, readiness.note_for_pages)
        worker.register("inquiries", retention.EVERY, retention.run)
        site_demo.register(demo.load, demo.clear)
