# sotto clean on PDF documents: what does not show when they are printed is not
# in the copy, and what shows is.
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from lib_clean import *

WORD = CANARY.encode()
FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/Properties<</L 18 0 R>>>>"


def planted():
    """A document with the word in every place that does not show."""
    xmp = (b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
           b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
           b"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator><rdf:Seq><rdf:li>" + WORD +
           b"</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>")
    shows = (b"BT /F 40 Tf 60 700 Td (VISIBLE PAGE) Tj ET "
             b"BT /F 12 Tf 100 500 Td (" + WORD + b") Tj ET 0 0 0 rg 90 480 300 50 re f "  # below a box
             b"BT /F 12 Tf 1 1 1 rg 60 400 Td (" + WORD + b") Tj ET "  # white on white
             b"BT /F 12 Tf 3 Tr 60 300 Td (" + WORD + b") Tj ET "  # drawn without ink
             b"/OC /L BDC BT /F 12 Tf 0 Tr 0 0 0 rg 60 250 Td (" + WORD + b") Tj ET EMC "  # a layer that is off
             b"BT /F 12 Tf 900 900 Td (" + WORD + b") Tj ET")  # beside the paper
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R/AcroForm<</Fields[9 0 R]>>/Outlines 11 0 R"
        b"/Names<</EmbeddedFiles<</Names[(a) 7 0 R]>>/JavaScript<</Names[(j) 10 0 R]>>>>"
        b"/OCProperties<</OCGs[18 0 R]/D<</OFF[18 0 R]>>>>>>",
        b"<</Type/Pages/Count 2/Kids[3 0 R 14 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Annots[9 0 R 13 0 R]/PieceInfo<</A<<"
        b"/Private(" + WORD + b")>>>>" + FONT + b">>",
        stream(shows),
        b"<</Author(" + WORD + b")/Producer(" + WORD + b")/CreationDate(D:20200102030405Z)/Own(" + WORD + b")>>",
        stream(xmp, b"/Type/Metadata/Subtype/XML"),
        b"<</Type/Filespec/F(" + WORD + b".txt)/EF<</F 8 0 R>>>>",
        stream(WORD, b"/Type/EmbeddedFile"),
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/V(" + WORD + b")/Rect[0 0 0 0]/F 2>>",
        b"<</S/JavaScript/JS(" + WORD + b")>>",
        b"<</Type/Outlines/First 12 0 R/Last 12 0 R/Count 1>>",
        b"<</Title(" + WORD + b")/Parent 11 0 R/Dest[3 0 R/Fit]>>",
        b"<</Type/Annot/Subtype/Text/Contents(" + WORD + b")/T(" + WORD + b")/Rect[0 0 9 9]/F 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 792 612]/Rotate 90/Contents 15 0 R" + FONT + b">>",
        stream(b"BT /F 40 Tf 60 60 Td (SECOND) Tj ET"),
        stream(zlib.compress(WORD), b"/Filter/FlateDecode"),  # of nothing's use
        stream(b"BT /F 40 Tf 60 60 Td (" + WORD + b") Tj ET"),  # as the first page was
        b"<</Type/OCG/Name(" + WORD + b")>>",
    ], more=b"/Info 5 0 R/ID[<00><01>]")


def revised(data):
    """A revision more: the second page showed the word before it."""
    was = data.index(b"15 0 obj\n")
    now = b"15 0 obj\n" + stream(b"BT /F 40 Tf 60 60 Td (SECOND) Tj ET") + b"\nendobj\n"
    old = data[:was] + data[was:].replace(b"(SECOND)", b"(" + WORD[:6] + b")", 1)
    at = len(old)
    table = at + len(now)
    return (old + now + b"xref\n15 1\n%010d 00000 n \ntrailer\n<</Size 19/Root 1 0 R/Info 5 0 R/Prev %d>>\n"
            b"startxref\n%d\n%%%%EOF\n" % (at, old.rindex(b"xref\n0 "), table))


def text_of(name):
    return tool("pdftotext", name, "-").decode().strip()


def nothing_that_does_not_show_is_in_the_copy():
    one = write("one.pdf", planted())
    two = write("two.pdf", revised(planted()) + WORD)
    for name in one, two:
        assert has(name)
        assert CANARY in text_of(name)
    assert {"person", "time", "software"} <= {t["kind"] for t in clean(one)[one]["tells"]}
    said = clean(one, two)
    for name in one, two:
        copy = copy_of(said[name])
        assert not has(copy), exiftool(copy)
        assert text_of(copy) == "", text_of(copy)
        assert all(b not in read(copy) for b in (b"/Info", b"/ID", b"Date", b"Producer", b"JavaScript"))
    tool("qpdf", "--check", copy_of(said[one]))
    tool("pdftoppm", "-r", "100", "-f", "1", "-l", "1", "-gray", "-png", copy_of(said[two]), path("seen"))
    seen = tool("tesseract", path("seen-1.png"), "-", "--psm", "6").decode()
    assert "VISIBLE" in seen and "QZX" not in seen and "CANARY" not in seen, seen
    assert read(copy_of(clean(one)[one])) == read(copy_of(said[one]))  # the same, byte for byte


def pages_keep_their_order_and_size():
    sizes = [(600 - 12 * i, 300 + 12 * i) for i in range(10)]
    name = write("ten.pdf", pages_pdf(sizes))
    said = clean(name)[name]
    assert said["pages"] == 10
    lines = tool("pdfinfo", "-f", "1", "-l", "99", copy_of(said)).decode().splitlines()
    got = [line.split(":")[1].split() for line in lines if " size:" in line and line.startswith("Page")]
    assert [(float(s[0]), float(s[2])) for s in got] == [(float(w), float(h)) for w, h in sizes], got
    turned = write("turned.pdf", planted())
    lines = tool("pdfinfo", "-f", "2", "-l", "2", copy_of(clean(turned)[turned])).decode()
    assert "612 x 792" in lines, lines


def gray_takes_the_dots_of_a_printer_away():
    dots = b" ".join(b"1 1 0.2 rg %d %d 1 1 re f" % (20 + 30 * i, 20 + 30 * i) for i in range(5))
    name = write("dots.pdf", pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        stream(dots + b" 0 0 1 rg 150 150 40 40 re f"),
    ]))
    for more, want in ((), True), (("--gray",), False):
        copy = copy_of(clean(name, more=more)[name])
        out = path("dots" + "".join(more))
        tool("pdftoppm", "-r", "150", "-singlefile", copy, out)
        data = read(out + ".ppm")[-3 * 417 * 417:]
        colors = {data[i:i + 3] for i in range(0, len(data), 3)}
        assert any(c[0] > 240 and c[2] < 100 for c in colors) == want, (more, len(colors))
        assert all(c[0] == c[1] == c[2] for c in colors) != want
        assert any(c[0] < 100 for c in colors)  # what is no dot still shows


def a_page_that_is_a_photo_is_no_larger_than_it_must_be():
    noise = bytes((i * 7919 * (i + 3) >> 5) & 255 for i in range(400 * 400 * 3))
    name = write("photo.pdf", pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>",
        stream(b"600 0 0 600 0 0 cm /P Do"),
        stream(noise, b"/Type/XObject/Subtype/Image/Width 400/Height 400/ColorSpace/DeviceRGB/BitsPerComponent 8"),
    ]))
    copy = copy_of(clean(name)[name])
    assert b"/DCTDecode" in read(copy) and b"JFIF" not in read(copy)
    tool("qpdf", "--check", copy)


def real_documents_lose_what_they_tell():
    names = [SAMPLES + "/text1/a-text.pdf", SAMPLES + "/text2/d-text.pdf"]
    said = clean(*names)
    for name in names:
        assert all(t["gone"] for t in said[name]["tells"] if t["kind"] != "form")
        assert "Eriberto" not in str(exiftool(copy_of(said[name])))


def of_a_font(name):
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"BT /F 40 Tf 20 40 Td (Seen from here) Tj ET"),
        b"<</Type/Font/Subtype/TrueType/BaseFont/" + name + b"/FirstChar 32/LastChar 31/Widths[]>>",
    ])


def a_copy_does_not_show_which_fonts_this_machine_has():
    here = tool("fc-list", "DejaVu Math TeX Gyre", "file")
    assert here, "fonts-dejavu-extra is not installed, which stands for any other"
    names = [b"DejaVuMathTeXGyre-Regular", b"DejaVuMathTeXGyre", b"NotOfThisWorld"]
    files = [write("font%d.pdf" % i, of_a_font(n)) for i, n in enumerate(names)]
    said = clean(*files)
    copies = {read(copy_of(said[f])) for f in files}
    assert len(copies) == 1, len(copies)


def without_its_fonts_no_page_is_drawn():
    alone = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "--map-current-user", "--keep-caps", "-m"]
    name = write("lacks.pdf", of_a_font(b"Helvetica"))
    done = subprocess.run(alone + ["sh", "-c", 'mount -t tmpfs none /usr/share/fonts && exec "$0" clean "$1"', SOTTO,
                                   name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and b"apt install fonts-dejavu-core" in done.stderr, done.stderr


run(
    nothing_that_does_not_show_is_in_the_copy,
    pages_keep_their_order_and_size,
    gray_takes_the_dots_of_a_printer_away,
    a_page_that_is_a_photo_is_no_larger_than_it_must_be,
    real_documents_lose_what_they_tell,
    a_copy_does_not_show_which_fonts_this_machine_has,
    without_its_fonts_no_page_is_drawn,
)
