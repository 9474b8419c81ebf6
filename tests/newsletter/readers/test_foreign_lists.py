"""Lists from other programs: who left there is not mailed here, and in doubt nobody is."""

import pytest
from django.utils import timezone

from newsletter.models import Import, ImportRow, Subscriber
from newsletter.readers import imports, tables

pytestmark = pytest.mark.django_db


def mailed(text):
    """Return which of a list's addresses would be added, by what stands before their @."""
    lines = tables.read(text.encode())
    return [line.key.partition("@")[0] for line in lines if not line.fault and not line.doubt]


# One list a program: whoever is called "yes…" is subscribed there, and everybody else is not or may not be.
PROGRAMS = {
    "Ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels\n"
        "1,yes@example.org,Ann,,true,false,,2024-01-01T00:00:00.000Z,,\n"
        "2,left@example.org,Ben,,false,false,,2024-01-01T00:00:00.000Z,,\n"
        "3,deleted@example.org,Cyn,,true,false,,2024-01-01T00:00:00.000Z,2024-02-01T00:00:00.000Z,\n"
    ),
    "Mailchimp, subscribed": (
        "Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
        "LATITUDE,CC,REGION,LAST_CHANGED,LEID,NOTES,TAGS\n"
        'yes@example.org,Ann,Example,"1 Street  Town  CA",,2,,,2024-01-01 10:00:00,,,,2024-01-01,1,,"""Tag"""\n'
    ),
    "Mailchimp, unsubscribed": (
        "Email Address,First Name,MEMBER_RATING,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON\n"
        "left@example.org,Ann,2,2024-01-01 10:00:00,June,abc,NORMAL\n"
    ),
    "Mailchimp, cleaned": (
        "Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\ngone@example.org,Ann,2024-01-01 10:00:00,June\n"
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at\n1,yes@example.org,A,{},enabled,2024-01-01\n"
        "2,blocked@example.org,B,{},blocklisted,2024-01-01\n3,off@example.org,C,{},disabled,2024-01-01\n"
    ),
    "MailPoet": (
        "email,subscriber_id,first_name,status,list_status\n"
        '"yes@example.org","1","Ann","subscribed","subscribed"\n'
        '"left@example.org","2","Ben","unsubscribed","unsubscribed"\n'
        '"list@example.org","3","Cyn","subscribed","unsubscribed"\n'
        '"new@example.org","4","Dan","unconfirmed","subscribed"\n'
    ),
    "beehiiv": "Id,Email,Status,Tags\n1,yes@example.org,active,\n2,no@example.org,inactive,\n3,p@example.org,pending,\n",
    "Brevo": (
        "CONTACT ID,EMAIL,FIRSTNAME,EMAIL_BLACKLISTED,SMS_BLACKLISTED,DOUBLE_OPT-IN\n"
        "1,yes@example.org,Ann,No,Yes,Yes\n2,black@example.org,Ben,Yes,No,Yes\n3,doubt@example.org,Cyn,No,No,\n"
    ),
    "MailerLite": (
        "Subscriber;Status;Subscribed;Unsubscribed;Opens\n"
        "yes@example.org;Active;2024-01-01 10:00:00;;3\n"
        "left@example.org;Unsubscribed;2024-01-01 10:00:00;2024-02-01 10:00:00;3\n"
        "junk@example.org;Junk;2024-01-01 10:00:00;;3\nnew@example.org;Unconfirmed;;;0\n"
    ),
    "Kit": "first_name,email,status\nA,yes@example.org,active\nB,c@example.org,cancelled\nC,d@example.org,complained\n",
    "AWeber": (
        "Email,Name,Status,Stop Time,Stop Status\nyes@example.org,Ann,subscribed,,\n"
        "left@example.org,Ben,unsubscribed,01/02/24,subscriber\n"
    ),
    "Buttondown": (
        "email,notes,tags,subscriber_type\nyes@example.org,,,regular\nleft@example.org,,,unsubscribed\n"
        "new@example.org,,,unactivated\nbad@example.org,,,undeliverable\n"
    ),
    "Substack": (
        "email,active_subscription,expiry,plan,email_disabled,created_at\n"
        "yes@example.org,false,,other,false,2024-01-01\noff@example.org,false,,other,true,2024-01-01\n"
    ),
    "Campaign Monitor": (
        "Email Address,Name,Subscribed Date,Status,Consent to track\nyes@example.org,Ann,2024-01-01,Active,No\n"
        "left@example.org,Ben,2024-01-01,Unsubscribed,Yes\nb@example.org,Cyn,2024-01-01,Bounced,Yes\n"
    ),
    "Constant Contact": (
        "Email address,First name,Email status,Email permission status\nyes@example.org,Ann,Active,Express\n"
        "left@example.org,Ben,Unsubscribed,Unsubscribed\nmaybe@example.org,Cyn,Active,Implied\n"
    ),
    "phpList": (
        "id,email,confirmed,blacklisted,optedin,bouncecount,disabled\n1,yes@example.org,1,0,1,0,0\n"
        "2,new@example.org,0,0,1,0,0\n3,black@example.org,1,1,1,0,0\n4,off@example.org,1,0,1,0,1\n"
    ),
    "HubSpot": (
        "Record ID,Email,Lead Status,Marketing contact status,Unsubscribed from all email\n"
        "1,yes@example.org,New,Marketing contact,No\n2,left@example.org,New,Marketing contact,Yes\n"
        "3,other@example.org,Open,Non-marketing contact,\n"
    ),
    "CiviCRM": (
        "Contact ID,Email,State,Postal Code,No Bulk Emails (User Opt Out),Do Not Email,Is Deceased,On Hold\n"
        "1,yes@example.org,California,94000,No,No,No,No\n2,opt@example.org,Texas,70000,Yes,No,No,No\n"
        "3,not@example.org,Texas,70000,No,Yes,No,No\n4,hold@example.org,Texas,70000,No,No,No,On Hold Bounce\n"
    ),
    "Action Network": (
        "email,first_name,can2_subscription_status\nyes@example.org,Ann,subscribed\nl@example.org,B,unsubscribed\n"
        "b@example.org,C,bouncing\ns@example.org,D,spam complaint\n"
    ),
    "NationBuilder": (
        "nationbuilder_id,email,email1_is_bad,email_opt_in,do_not_contact,unsubscribed_at\n"
        "1,yes@example.org,false,true,false,\n2,bad@example.org,true,true,false,\n3,no@example.org,false,false,false,\n"
        "4,d@example.org,false,true,true,\n5,u@example.org,false,true,false,2024-01-01\n"
    ),
    "Salesforce": (
        "Email,HasOptedOutOfEmail,IsEmailBounced\nyes@example.org,FALSE,FALSE\nout@example.org,TRUE,FALSE\n"
        "b@example.org,FALSE,TRUE\n"
    ),
    "Shopify": (
        "First Name,Email,Accepts Email Marketing,Accepts SMS Marketing\nAnn,yes@example.org,yes,no\n"
        "Ben,no@example.org,no,no\n"
    ),
    "Klaviyo": (
        "Email,Email Marketing Consent,Email Suppressions\nyes@example.org,SUBSCRIBED,[]\n"
        "never@example.org,NEVER_SUBSCRIBED,[]\ns@example.org,SUBSCRIBED,\"['BOUNCE']\"\n"
    ),
    "Google Groups": (
        "Email address,Nickname,Group status,Email status,Email preference\n"
        "yes@example.org,Ann,member,ok,email\nb@example.org,Ben,member,bouncing,email\n"
        "n@example.org,Cyn,member,ok,no email\n"
    ),
    "Wix": (
        "Email 1,First Name,Email subscriber status\nyes@example.org,Ann,Subscribed\nn@example.org,B,Never subscribed\n"
    ),
    "Drip": "email,status,eu_consent\nyes@example.org,active,granted\nu@example.org,active,unknown\n",
    "Mailjet": (
        "email,name,IsUnsubscribed,IsExcludedFromCampaigns\nyes@example.org,Ann,false,false\nu@example.org,B,true,false\n"
        "excluded@example.org,Cyn,false,true\n"
    ),
    "Brevo, in French": "EMAIL;NOM;LISTE_NOIRE\nyes@example.org;Ann;Non\nblack@example.org;Ben;Oui\n",
    "CleverReach": (
        "email;activated;deactivated;bounced\nyes@example.org;2024-01-01 10:00;0;0\nnew@example.org;0;0;0\n"
        "off@example.org;2024-01-01 10:00;2024-02-01 10:00;0\n"
    ),
    "CleverReach, in German": (
        "E-Mail;Aktiv;Aktiviert;Deaktiviert\nyes@example.org;Ja;01.01.2024;\noff@example.org;Nein;01.01.2024;\n"
        "off2@example.org;Ja;01.01.2024;02.02.2024\n"
    ),
    "Mailman": (
        "email,delivery,delivery_status\nyes@example.org,regular,enabled\nu@example.org,regular,by_user\n"
        "m@example.org,regular,by_moderator\nb@example.org,regular,by_bounces\n"
    ),
    "Sympa": "email;gecos;reception;suspend\nyes@example.org;Ann;mail;0\nno@example.org;Ben;nomail;0\ns@example.org;C;mail;1\n",
    "Raiser's Edge": (
        "Email,Requests no email,Do not solicit\nyes@example.org,No,No\nn@example.org,Yes,No\ns@example.org,No,Yes\n"
    ),
    "Groups.io": (
        "Email,Display Name,Status,Email Delivery\nyes@example.org,Ann,Normal,All Emails\nn@example.org,Ben,Normal,No Email\n"
        "b@example.org,Cyn,Bouncing,All Emails\nc@example.org,Dan,Not Confirmed,All Emails\n"
    ),
    "a table in Japanese": "メールアドレス,配信状態\nyes@example.org,配信中\nleft@example.org,配信停止\n",
    "a table in Chinese": "邮箱,订阅状态,备注\nyes@example.org,已订阅,会议取消\nleft@example.org,已退订,\nl@example.org,已订阅,退订\n",
    "a table in Thai": "อีเมล,สถานะ\nyes@example.org,สมัครแล้ว\nleft@example.org,ยกเลิก\n",
    "a table in Vietnamese": "email,Trạng thái\nyes@example.org,Đang hoạt động\nleft@example.org,Hủy đăng ký\n",
    "a table in German": (
        "Vorname;E-Mail;Newsletter\nAnn;yes@example.org;ja\nBen;no@example.org;nein\nCyn;left@example.org;abgemeldet\n"
    ),
    "a table in French": "courriel;désabonné le\nyes@example.org;\nleft@example.org;12/03/2024\n",
    "a table with remarks": "email,remarks\nyes@example.org,met in May\nleft@example.org,UNSUBSCRIBED\n",
    "a table without a heading": "yes@example.org,Ann\nleft@example.org,unsubscribed\n",
    "a table of links": (
        "email,Unsubscribe link,Unsubscribed\nyes@example.org,https://list.example.org/unsubscribe/1,\n"
        "left@example.org,https://list.example.org/unsubscribe/2,x\n"
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_whoever_has_left_elsewhere_or_may_have_is_not_mailed(program):
    found = mailed(PROGRAMS[program])
    expected = ["yes"] if "yes@" in PROGRAMS[program] else []
    assert found == expected


def test_the_reason_names_the_column_and_what_stands_in_it():
    lines = list(tables.read(b"email,Mail status\na@example.org,Perhaps\nb@example.org,\n"))
    assert [line.doubt for line in lines] == [
        "Under “Mail status” the list says “Perhaps”.",
        "The list says nothing for this person under “Mail status”.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Address,Email Address\n1 Street,yes@example.org\n",
        "Mail,Kontakt\n1 Street,yes@example.org\n",
        "sep=;\nemail;name\nyes@example.org;Ann\n",
        '"sep=\t"\nemail\tname\nyes@example.org\tAnn\n',
        "name|email\nAnn|yes@example.org\n",
        '"Lee; Ann",email\n"Lee, Ann",yes@example.org\n',
        'email,note\nyes@example.org,"1 Street\nTown\nann@example.com"\n',
        "\n\nemail,name\nyes@example.org,Ann\n",
        "电子邮件,姓名\nyes@example.org,Ann\n",
    ],
)
def test_the_column_of_addresses_is_told_by_its_name_and_by_what_is_in_it(text):
    assert mailed(text) == ["yes"]


def test_an_open_quotation_mark_costs_its_own_line_and_no_other():
    text = 'email,name\na@example.org,"Ann\nb@example.org,Ben\nc@example.org,"Cyn ""C"" Lee"\nd@example.org,"Dan\n'
    lines = list(tables.read(text.encode()))
    assert [(line.number, bool(line.fault)) for line in lines] == [
        (2, True),
        (3, False),
        (4, False),
        (5, True),
    ]
    assert "quotation mark" in lines[0].fault


def test_a_line_behind_a_cell_of_many_lines_keeps_its_number_in_the_file():
    text = 'sep=,\nemail,note\na@example.org,"one\ntwo\nthree"\nb@example.org,\nnobody,\n'
    assert [line.number for line in tables.read(text.encode())] == [3, 6, 7]


def bring_in(content):
    source = Import(consent="They signed up on paper in May 2019.")
    from django.contrib.auth.models import User

    imports.start(
        source, content.encode(), "list.csv", User.objects.create(username=f"u{Import.objects.count()}")
    )
    while imports.work():
        pass
    source.refresh_from_db()
    return source


def test_a_refusal_in_any_line_of_a_list_counts_for_the_address_in_all(monkeypatch):
    monkeypatch.setattr(imports, "STEP", 2)
    source = bring_in(
        "email,list,status\nann@example.org,A,subscribed\nben@example.org,A,unsubscribed\n"
        "ben@example.org,B,subscribed\nann@example.org,B,unsubscribed\ncyn@example.org,A,subscribed\n"
    )
    assert source.counts == {"opted_out": 4, "new": 1}
    assert ImportRow.objects.get(fate="new").address == "cyn@example.org"
    reasons = set(ImportRow.objects.filter(fate="opted_out").values_list("reason", flat=True))
    assert reasons == {"Another line of the list says so.", "Under “status” the list says “unsubscribed”."}


def test_a_country_without_a_page_is_noted_and_its_reader_imported(make_country):
    laos = make_country()
    source = bring_in(
        "email,country\na@example.org,United States\nb@example.org,Laos\nc@example.org,Lao PDR\n"
    )
    assert source.counts == {"new": 3}
    first, second, third = ImportRow.objects.order_by("line")
    assert (first.countries, first.reason) == (
        [],
        "Without the country “United States”: it has no page here.",
    )
    assert (second.countries, second.reason) == (third.countries, third.reason) == ([laos.pk], "")


def test_who_pauses_goes_on_pausing_where_the_list_comes_back():
    later = timezone.localdate() + timezone.timedelta(days=40)
    source = bring_in(
        f"address,state,paused_until\na@example.org,confirmed,{later}\nb@example.org,confirmed,soon\n"
    )
    assert source.counts == {"new": 1, "opted_out": 1}
    imports.decide(source.pk, Import.State.IMPORTING)
    while imports.work():
        pass
    assert Subscriber.objects.get().paused_until == later
