# sotto clean on pictures: words planted in every place of metadata that is
# known are not in the copy, and it shows what the picture showed.
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from lib_clean import *

WORD = CANARY
PLACE = ["-GPSLatitude=12.3456789", "-GPSLatitudeRef=S", "-GPSLongitude=98.7654321", "-GPSLongitudeRef=E",
         "-GPSAreaInformation=" + WORD, "-GPSDateStamp=2020:01:02"]
EXIF = ["-Make=" + WORD, "-Model=" + WORD, "-Artist=" + WORD, "-Copyright=" + WORD, "-ImageDescription=" + WORD,
        "-Software=" + WORD, "-ExifIFD:UserComment=" + WORD, "-ExifIFD:SerialNumber=" + WORD,
        "-ExifIFD:OwnerName=" + WORD, "-ExifIFD:LensModel=" + WORD, "-XPAuthor=" + WORD,
        "-ExifIFD:DateTimeOriginal=2020:01:02 03:04:05"]
XMP = ["-XMP-dc:Creator=" + WORD, "-XMP-photoshop:City=" + WORD, "-XMP-xmpMM:DocumentID=" + WORD,
       "-XMP-xmp:CreatorTool=" + WORD, "-XMP-dc:Description=" + WORD]
IPTC = ["-IPTC:By-line=" + WORD, "-IPTC:Caption-Abstract=" + WORD, "-IPTC:City=" + WORD,
        "-Photoshop:PrintFlags=1"]


def plant(name, *tags):
    tool("exiftool", "-q", "-q", "-overwrite_original", *tags, name)
    return name


def photo(name):
    """A JPEG of red and blue, and one with the maker notes of a camera."""
    png_of = write(name + ".png", plain_png())
    tool("ffmpeg", "-v", "error", "-y", "-i", png_of, "-q:v", "2", path(name))
    return path(name)


def none_is_left(said, name):
    copy = copy_of(said[name])
    assert has(name), name
    assert not has(copy), (name, exiftool(copy))
    assert b"12.3456" not in exiftool(copy) and b"GPS" not in exiftool(copy)
    assert WORD not in os.path.basename(copy)
    return copy


def nothing_planted_in_a_jpeg_is_in_its_copy():
    small = photo("small.jpg")
    plant(small, "-Comment=" + WORD)
    name = photo("a.jpg")
    plant(name, *PLACE, *EXIF, *XMP, *IPTC, "-Comment=" + WORD, "-ThumbnailImage<=" + small,
          "-Photoshop:CopyrightFlag=True")
    data = read(name)
    app10 = b"\xff\xea" + struct.pack(">H", 2 + len(WORD)) + WORD.encode()
    data = data[:2] + app10 + data[2:] + WORD.encode() + read(small)
    hidden = write("b.jpg", data + b"PK\5\6" + b"\0" * 18)
    notes = path("c.jpg")
    shutil.copy(SAMPLES + "/pic1/IMG_1054.JPG", notes)
    plant(notes, "-Canon:OwnerName=" + WORD, "-Canon:CanonFirmwareVersion=" + WORD, *EXIF, *PLACE)
    said = clean(name, hidden, notes)
    for n in (name, hidden, notes):
        none_is_left(said, n)
    assert any("hides" in n for n in said[hidden]["notes"])
    kinds = {t["kind"] for t in said[name]["tells"]}
    assert {"place", "person", "device", "time", "picture", "history", "words", "software"} <= kinds, kinds
    assert any(t["value"].startswith("12 deg") for t in tells(said[name], "place"))
    assert all(t["gone"] for t in said[name]["tells"] if t["kind"] != "form")


def nothing_planted_in_a_png_or_a_gif_is_in_its_copy():
    word = WORD.encode()
    more = (chunk(b"tEXt", b"Author\0" + word) + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(word)) +
            chunk(b"iTXt", b"Title\0\0\0\0\0" + word) + chunk(b"tIME", b"\x07\xe4\1\2\3\4\5") +
            chunk(b"pHYs", b"\0\0\x0b\x12\0\0\x0b\x12\1") + chunk(b"zzAp", word) +
            chunk(b"eXIf", b"II*\0\x08\0\0\0\1\0\x0f\1\2\0\x0a\0\0\0\x1a\0\0\0\0\0\0\0" + word + b"\0"))
    row = b"\0" + b"\xff\0\0" * 32 + b"\0\0\xff" * 32
    a = write("a.png", png(64, 32, row * 32, more=more) + word)
    plant(a, *XMP)
    tool("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=d=1:s=64x48:r=5", path("a.gif"))
    data = read("a.gif")
    table = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    sub = bytes([len(word)]) + word + b"\0"
    data = data[:table] + b"!\xfe" + sub + b"!\xff\x0bQZXCANARY01" + sub + data[table:] + word
    b = write("b.gif", data)
    plant(b, *XMP[:2])
    said = clean(a, b)
    for n in (a, b):
        none_is_left(said, n)
    assert is_near(pixel(copy_of(said[a]), 5, 5, (64, 32)), (255, 0, 0))
    assert any(t["tag"] == "FrameCount" and t["value"] == "5" and not t["gone"] for t in said[b]["tells"])


def nothing_planted_in_other_pictures_is_in_their_copies():
    base = photo("base.jpg")
    names = []
    for ending, tags in (("webp", PLACE + EXIF + XMP), ("tif", PLACE + EXIF + XMP + IPTC), ("heic", EXIF + XMP),
                         ("avif", EXIF + XMP)):
        name = path("o." + ending)
        plant(base, *EXIF)
        tool("vips", "copy", base, name)
        plant(name, *tags)
        names.append(name)
    svg = ("<svg xmlns='http://www.w3.org/2000/svg' width='64' height='32'><title>%s</title><metadata>%s</metadata>"
           "<!-- %s --><rect width='32' height='32' fill='#f00'/><rect x='32' width='32' height='32' fill='#00f'/>"
           "<text x='999' y='9' id='%s'>%s</text></svg>") % ((WORD,) * 5)
    names.append(write("o.svg", svg.encode()))
    tool("ffmpeg", "-v", "error", "-y", "-i", base, path("plain.bmp"))
    names.append(write("o.bmp", read("plain.bmp") + WORD.encode()))
    said = clean(*names)
    for name in names:
        copy = none_is_left(said, name)
        assert is_near(pixel(copy, 8, 16, (64, 32)), (255, 0, 0)), name
        assert is_near(pixel(copy, 56, 16, (64, 32)), (0, 0, 255)), name


def a_picture_that_was_turned_by_a_word_is_turned_in_its_pixels():
    # Left red, right blue, as it is stored; what a viewer shows of each.
    rows = {
        2: ((64, 32), (58, 16)),
        6: ((32, 64), (16, 5)),
        8: ((32, 64), (16, 58)),
    }
    names = {}
    for turn in rows:
        names[turn] = photo("turn%d.jpg" % turn)
        plant(names[turn], "-n", "-IFD0:Orientation=%d" % turn)
    said = clean(*names.values())
    for turn, (size, red) in rows.items():
        copy = copy_of(said[names[turn]])
        assert is_near(pixel(copy, *red, size), (255, 0, 0)), turn
        assert b"Orientation" not in exiftool(copy)


def real_photos_lose_what_they_tell():
    names = [SAMPLES + "/pic1/IMG-20191006-WA0002.jpg", SAMPLES + "/pic1/debian_logo.png"]
    said = clean(*names)
    for name in names:
        copy = copy_of(said[name])
        assert all(t["gone"] for t in said[name]["tells"] if t["kind"] != "form"), said[name]
        assert read(copy) != read(name)


run(
    nothing_planted_in_a_jpeg_is_in_its_copy,
    nothing_planted_in_a_png_or_a_gif_is_in_its_copy,
    nothing_planted_in_other_pictures_is_in_their_copies,
    a_picture_that_was_turned_by_a_word_is_turned_in_its_pixels,
    real_photos_lose_what_they_tell,
)
