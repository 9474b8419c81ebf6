"""A resource from an editor's phone to a visitor's, and its end, in a real browser on the real server."""

import io
import time

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.browser.desk import in_letters
from tests.servers import SOON, is_gone

pytestmark = pytest.mark.browser


def pdf(*pages):
    """Return a PDF with a line of text on each page, as an upload."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip
    for words in pages:
        page = made.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = made.make_stream(f"BT /F1 12 Tf 64 700 Td ({words}) Tj ET".encode())
    buffer = io.BytesIO()
    made.save(buffer)
    return {"name": "report.pdf", "mimeType": "application/pdf", "buffer": buffer.getvalue()}


def pages_of(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def test_a_report_is_added_by_phone_found_cited_corrected_replaced_and_withdrawn(server, make_desk, visitor):
    slug = f"report-of-the-harbour-{in_letters()}"
    address = f"/resources/{slug}/"
    title = slug.replace("-", " ").capitalize()
    desk = make_desk("phone")

    # Added: the form is refused once for its link, and the file need not be sent again.
    desk.open("/admin/articles/resource/add/")
    desk.page.select_option("#id_kind", "report")
    desk.page.locator("#id_title").press_sequentially(title)
    assert desk.slug() == slug
    desk.page.fill("#id_link", "no address")
    desk.page.set_input_files("#id_document", pdf("First page", "Second page", "Xylographic evidence"))
    desk.choose("countries", "Laos")
    desk.page.get_by_label("English").check()
    with desk.page.expect_navigation():
        desk.hit(desk.page.locator("input[name=_publish]").last)
    expect(desk.page.get_by_text("You need not choose it again.")).to_be_visible()
    desk.page.fill("#id_link", "")
    assert "Published" in desk.submit("_publish")
    time.sleep(SOON)

    # Found by a word on its third page, by country and by filter.
    page = visitor(f"{server.url}/search/?q=xylographic&type=resource")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    assert "Xylographic" in page.locator(".hit mark").first.inner_text()
    page.goto(f"{server.url}/countries/laos/")
    page.get_by_role("link", name="All resources about Laos").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    page.goto(f"{server.url}/resources/")
    page.get_by_role("link", name="Narrow the results").click()
    page.locator(".facets").get_by_role("link", name="Report", exact=True).click()
    page.locator(".facets").get_by_role("link", name="Laos").click()
    page.locator(".facets").get_by_role("link", name="English").click()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    # Cited and fetched.
    page.get_by_text("Cite this").click()
    assert title in page.locator(".cite dd").first.inner_text()
    assert title in page.request.get(f"{server.url}{address}cite.bib").text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the file").click()
    assert waiting.value.suggested_filename == f"{slug}.pdf"
    assert pages_of(waiting.value.path().read_bytes()) == 3

    # Corrected, and replaced under the same address.
    desk.page.fill("#id_summary", "What the harbour office counts.")
    assert "on the site now" in desk.submit("_save")
    time.sleep(SOON)
    page.goto(server.url + address)
    assert page.get_by_text("What the harbour office counts.").is_visible()
    desk.page.set_input_files("#id_document", pdf("First page", "Zinc evidence"))
    assert "on the site now" in desk.submit("_save")
    time.sleep(SOON)
    page.goto(server.url + address)
    assert page.get_by_text("It replaces the version of").is_visible()
    assert pages_of(server.get(f"{address}file/")[1]) == 2
    assert slug not in server.get("/search/?q=xylographic")[1].decode()
    assert slug in server.get("/search/?q=zinc+evidence")[1].decode()
    files = {path.parent.name for path in (server.data_dir / "documents").glob("*/document.*")}

    # Withdrawn: nowhere, and its file is gone from disk.
    desk.hit(desk.page.get_by_role("link", name="Withdraw"))
    desk.page.wait_for_url("**/withdraw/")
    with desk.page.expect_navigation():
        desk.hit(desk.page.get_by_role("button", name="Withdraw it"))
    assert is_gone(server, address, f"{address}file/")
    assert server.get(f"{address}cite.bib")[0] == server.get(f"{address}cite.ris")[0] == 404
    for place in [
        "/", "/resources/", "/resources/?kind=report&country=laos", "/countries/laos/", "/search/?q=zinc+evidence",
        "/feeds/resources.rss", "/feeds/resources.atom", "/feeds/resources.json", "/sitemap-resources.xml",
    ]:  # fmt: skip
        status, body = server.get(place)
        assert status == 200 and slug not in body.decode(), place
    left = {path.parent.name for path in (server.data_dir / "documents").glob("*/document.*")}
    assert len(files - left) == 1
    page.goto(server.url + address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This resource was taken down")
    assert desk.complaints == []
