# sotto clean on what is no good: each is refused in one sentence, and nothing
# is left behind.
import os
import signal
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(__file__))
from lib_clean import *


def what_is_not_cleaned_is_refused_with_a_sentence():
    zip_of = b"PK\x03\x04\x14\0\0\0\0\0" + b"\0" * 16 + b"\5\0\0\0a.txt"
    rows = [
        (write("empty.jpg", b""), "denied", "empty"),
        (write("a.zip", zip_of), "denied", "take the files out"),
        (write("a.eml", b"From: a@example\nDate: today\nSubject: b\n\nc\n"), "denied", "e-mail"),
        (write("a.html", b"<!doctype html><p>a"), "denied", "web page"),
        (SAMPLES + "/text1/a-text.docx", "denied", "Office"),
        (SAMPLES + "/text1/a-text-pass-A5d.pdf", "format", "password"),
        (write("noise", bytes(range(256)) * 4), "denied", "kind"),
        (write("late.pdf", b"\0junk\n" + pages_pdf([(72, 72)])), "denied", "kind"),
        (write("latin.txt", b"pr\xe9lude\n"), "format", "UTF-8"),
        (path("nowhere"), "nothing", "opened"),
        (T, "format", "plain file"),
    ]
    said = clean(*[row[0] for row in rows])
    for name, failed, why in rows:
        assert said[name].get("failed") == failed, said[name]
        assert why in said[name]["why"], said[name]


def what_is_cut_makes_nothing_or_is_said_to_be_short():
    whole = read(SAMPLES + "/pic1/debian_logo.png")
    doc = pages_pdf([(72, 72)])
    photo = read(SAMPLES + "/pic1/debian_logo.jpg")
    names = [
        write("cut.png", whole[:40]),
        write("half.png", whole[:len(whole) // 2]),
        write("cut.jpg", photo[:200]),
        write("half.jpg", photo[:len(photo) // 2]),
        write("cut.pdf", doc[:60]),
        write("half.mp4", read(SAMPLES + "/movie1/VID_20191220_170832.mp4")[:500000]),
        write("cut.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"),
    ]
    said = clean(*names)
    for name in names:
        assert "failed" in said[name] or any("shorter" in n for n in said[name]["notes"]), said[name]
        assert "failed" in said[name] or name.endswith("mp4")


def a_file_is_what_its_bytes_are_whatever_its_name():
    name = write("minutes.pdf", plain_png())
    said = clean(name)[name]
    assert said["type"] == "image/png" and copy_of(said).endswith("/clean-1.png")


def a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    side = 30000
    packer = zlib.compressobj(1)
    row = b"\0" * (side // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    name = write("bomb.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    began = time.time()
    said = clean(name)[name]
    assert said.get("failed") == "toobig" and "pixels" in said["why"], said
    assert time.time() - began < 20


def a_page_of_two_million_points_is_refused_before_it_is_drawn():
    name = write("wide.pdf", pages_pdf([(72, 72), (2000000, 2000000)]))
    said = clean(name)[name]
    assert said.get("failed") == "toobig" and "page" in said["why"], said


def pages_that_two_programs_count_otherwise_are_refused():
    doc = pages_pdf([(72, 72)] * 3)
    hidden = write("hidden.pdf", doc.replace(b"/Count 3", b"/Count 2.9"))
    more = write("more.pdf", doc.replace(b"/Count 3", b"/Count 4"))
    said = clean(hidden, more)
    assert said[hidden].get("failed") == "format" and "count" in said[hidden]["why"], said[hidden]
    assert said[more].get("failed") == "format", said[more]


def a_file_that_is_there_is_never_replaced():
    to = path("taken")
    os.mkdir(to)
    name = write("a.txt", b"words\n")
    for _ in range(2):
        assert sotto_clean("--to", to, name).returncode == 0
    with open(to + "/clean-3.txt", "w") as f:
        f.write("mine")
    os.symlink("/nowhere", to + "/clean-4.txt")
    assert sotto_clean("--to", to, name).returncode == 0
    assert read(to + "/clean-3.txt") == b"mine"
    assert sorted(os.listdir(to)) == ["clean-%d.txt" % i for i in range(1, 6)]
    assert os.stat(to + "/clean-5.txt").st_mode & 0o777 == 0o600


def who_is_interrupted_leaves_nothing_behind():
    to = path("broken")
    os.mkdir(to)
    name = write("many.pdf", pages_pdf([(600, 800)] * 400))
    going = subprocess.Popen([SOTTO, "clean", "--to", to, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.time() + 20
    drawing = set()
    while not drawing and time.time() < end:
        time.sleep(0.02)
        drawing = drawing_below(going.pid)
    assert drawing
    going.send_signal(signal.SIGINT)
    out, err = going.communicate(timeout=20)
    assert going.returncode == 1 and b"stopped" in err, (going.returncode, out, err)
    assert os.listdir(to) == []
    while any(os.path.exists("/proc/%d" % pid) for pid in drawing):
        assert time.time() < end
        time.sleep(0.02)


def drawing_below(top):
    """The processes below that one which draw pages now."""
    below, found = {top}, set()
    for pid in 4 * [int(n) for n in os.listdir("/proc") if n.isdigit()]:  # so many are below each other
        try:
            with open("/proc/%d/stat" % pid) as f:
                name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if int(rest.split()[1]) in below:
            below.add(pid)
            if name == "pdftoppm":
                found.add(pid)
    return found


def what_is_said_of_a_file_cannot_steer_the_terminal():
    name = write("a\x1b[31m\nb.png", plain_png(8, 8))
    tool("exiftool", "-q", "-overwrite_original", "-Author=x\x1b]0;y\x07", name)
    done = sotto_clean("--look", name)
    assert done.returncode == 0 and b"\x1b" not in done.stdout and b"\x07" not in done.stdout
    assert done.stdout.splitlines()[0].endswith(b"?b.png: a PNG picture."), done.stdout[:200]


def misuse_is_said_with_where_help_is():
    name = write("a.txt", b"words\n")
    for argv in [], ["--nonsense", name], ["--to"]:
        done = sotto_clean(*argv)
        assert done.returncode == 2 and b"--help" in done.stderr, done
    done = sotto_clean("--to", path("no/folder"), name)
    assert done.returncode == 1 and b"--to" in done.stderr, done


def a_text_keeps_its_words_and_loses_what_hides_between_them():
    name = write("t.txt", "\ufeffZeile\u200b eins \t\r\nzwei\u00a0drei\u202e\r\n\r\n".encode())
    said = clean(name)[name]
    assert read(copy_of(said)) == b"Zeile eins\nzwei drei\n"
    assert any("do not show" in n for n in said["notes"])


run(
    what_is_not_cleaned_is_refused_with_a_sentence,
    what_is_cut_makes_nothing_or_is_said_to_be_short,
    a_file_is_what_its_bytes_are_whatever_its_name,
    a_picture_of_too_many_pixels_is_refused_before_it_is_decoded,
    a_page_of_two_million_points_is_refused_before_it_is_drawn,
    pages_that_two_programs_count_otherwise_are_refused,
    a_file_that_is_there_is_never_replaced,
    who_is_interrupted_leaves_nothing_behind,
    what_is_said_of_a_file_cannot_steer_the_terminal,
    misuse_is_said_with_where_help_is,
    a_text_keeps_its_words_and_loses_what_hides_between_them,
)
