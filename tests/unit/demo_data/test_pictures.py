"""Pictures: real files under their own hash, readable by an independent decoder."""

import hashlib
import io

import pytest
from PIL import Image

from fieldapp.domain.records.visits import PhotoKind
from fieldapp.domain.rules.photos import difference_hash
from server.demo_data.chance import chance_for
from server.demo_data.generate import generate
from server.demo_data.pictures import HEIGHT, WIDTH, draw_photo, draw_signature
from server.demo_data.raster import BLOCK, END, Raster, comment
from server.demo_data.scale import village_scale
from tests.unit.demo_data.conftest import AS_OF, SEED, Made


def test_photo_references_match_their_bytes(made: Made) -> None:
    carrying = [visit for visit in made.visits if "photos" in visit]
    for visit in carrying[::8]:
        photos = {photo["sha256"]: photo for photo in visit["photos"]}
        blobs = [blob for blob in made.data.blobs(visit) if blob.mime == "image/jpeg"]
        assert {blob.sha256 for blob in blobs} == photos.keys()
        for blob in blobs:
            photo = photos[blob.sha256]
            assert hashlib.sha256(blob.content).hexdigest() == blob.sha256
            assert len(blob.content) == photo["size"]
            assert 20_000 <= photo["size"] <= 60_000
            picture = Image.open(io.BytesIO(blob.content))
            picture.load()
            assert picture.format == "JPEG"
            assert picture.size == (photo["width"], photo["height"])


def test_photos_are_distinct(made: Made) -> None:
    names = [photo["sha256"] for visit in made.visits for photo in visit.get("photos", ())]
    assert len(set(names)) == len(names)


def test_shared_drawings_still_make_distinct_files() -> None:
    data = generate(village_scale(households=40, persons=100, visits=400, photos=60), SEED, AS_OF)
    visits = [visit for file in data.households() for visit in file.visits if "photos" in visit]
    names = [photo["sha256"] for visit in visits for photo in visit["photos"]]
    assert len(set(names)) == len(names) >= 56
    for visit in visits[:5]:
        for blob in data.blobs(visit):
            assert hashlib.sha256(blob.content).hexdigest() == blob.sha256


def test_signatures_match_their_bytes(made: Made) -> None:
    signed = [v for v in made.visits if v.get("signature", {}).get("attestation") == "SIGNED"]
    for visit in signed[::60]:
        blob = next(blob for blob in made.data.blobs(visit) if blob.mime == "image/png")
        assert blob.sha256 == visit["signature"]["image_sha256"] == hashlib.sha256(blob.content).hexdigest()
        assert len(blob.content) == visit["signature"]["image_size"]
        picture = Image.open(io.BytesIO(blob.content)).convert("L")
        dark = picture.histogram()[0]
        assert 200 < dark < picture.width * picture.height / 4


def test_watermark_names_neither_person_nor_number(made: Made) -> None:
    for file in made.files:
        secrets = [
            text for p in file.persons for text in (p["name"], p["id_number"], p.get("phone", p["name"]))
        ]
        for visit in file.visits:
            for photo in visit.get("photos", ()):
                assert file.household["household_no"] in photo["watermark"]
                assert not any(secret in photo["watermark"] for secret in secrets)


def test_jpeg_gives_back_the_colours_that_were_drawn() -> None:
    raster = Raster(16, 8)
    raster.fill(0, 0, 8, 8, (200, 90, 170))
    raster.fill(8, 0, 16, 8, (30, 160, 110))
    raster.fill(3, 3, 4, 4, (255, 128, 128))
    raster.fill(12, 5, 13, 6, (0, 128, 128))
    picture = Image.open(io.BytesIO(raster.jpeg() + comment(b"tag") + END))
    assert picture.size == (16 * BLOCK, 8 * BLOCK)
    decoded = picture.convert("YCbCr")
    for x, y, colour in (
        (1, 1, (200, 90, 170)),
        (9, 1, (30, 160, 110)),
        (3, 3, (255, 128, 128)),
        (12, 5, (0, 128, 128)),
    ):
        assert decoded.getpixel((x * BLOCK + 4, y * BLOCK + 4)) == pytest.approx(colour, abs=3)


@pytest.mark.parametrize("kind", list(PhotoKind))
def test_scene_of_every_kind_is_an_open_picture(kind: PhotoKind) -> None:
    picture = draw_photo(
        kind, chance_for(1, kind), ("2026-03-05 09:10", "341702103201", "NO.3417022026000001")
    )
    content = picture.tagged("x")
    assert picture.name_of("x") == (hashlib.sha256(content).hexdigest(), len(content))
    image = Image.open(io.BytesIO(content)).convert("L")
    assert image.size == (WIDTH * BLOCK, HEIGHT * BLOCK)
    assert len(image.getcolors(256) or ()) > 20


def test_hash_tells_scenes_apart() -> None:
    hashes = {draw_photo(PhotoKind.HOUSE, chance_for(2, nth), ()).phash for nth in range(8)}
    assert len(hashes) == 8
    flat = Raster(18, 16)
    assert difference_hash(flat.grey(9, 8)) == "0" * 16


def test_signature_is_the_same_every_time_and_another_for_another_chance() -> None:
    assert draw_signature(chance_for(1, "s")) == draw_signature(chance_for(1, "s"))
    assert draw_signature(chance_for(1, "s")) != draw_signature(chance_for(2, "s"))
