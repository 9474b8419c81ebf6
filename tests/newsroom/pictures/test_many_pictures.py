"""Many pictures while others work: the short form of the soak."""

from tests.soak.pictures import hold, upload_under_load


def test_2_pictures_of_12_megapixels_while_pages_and_forms_go_on(make_server):
    server = make_server(copy_of="demo").start("serve")
    hold(server, upload_under_load(server, 2, pause=0.1), 2)
