"""`make soak`: 200 pictures of 12 megapixels in one go, while visitors read and an editor saves."""

from tests.soak.pictures import hold, upload_under_load

PICTURES = 200


def test_200_pictures_of_12_megapixels(server):
    load = upload_under_load(server, PICTURES)
    print(f"\n{load}")
    hold(server, load, PICTURES)
    assert not load.waits or max(load.waits) < 1  # s
