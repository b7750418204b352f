"""lib_clean: what the tests of sotto clean share.  A test is a function whose
name is the sentence it proves; run() calls them in order."""
import functools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

B = os.environ.get("B", "build/cc")
SOTTO = os.path.abspath(os.path.join(B, "sotto"))
SAMPLES = "/usr/share/forensics-samples/original-files"
CANARY = "QZXCANARY"
T = tempfile.mkdtemp(prefix="sotto-test.")


def path(name):
    return os.path.join(T, name)


def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def read(name):
    with open(name if os.path.isabs(name) else path(name), "rb") as f:
        return f.read()


def tool(*argv, **more):
    """Run a program; what it prints.  It must succeed."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)
    assert done.returncode == 0, (argv, done.stderr[-500:])
    return done.stdout


def sotto_clean(*argv):
    return subprocess.run([SOTTO, "clean", *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL)


def clean(*files, more=()):
    """Clean files in one run; what is said of each, by its path as named.  The
    copies lie in a folder of their own."""
    to = tempfile.mkdtemp(dir=T)
    done = sotto_clean("--json", "--to", to, *more, *files)
    said = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [s["file"] for s in said] == list(files), (done.stdout, done.stderr)
    left = {os.path.join(to, name) for name in os.listdir(to)}
    assert left == {s["copy"] for s in said if "copy" in s}, left
    return {s["file"]: s for s in said}


def copy_of(said):
    assert "copy" in said, (said["file"], said.get("failed"), said.get("why"))
    return said["copy"]


def spellings(word):
    return [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode().hex().encode(),
            word.lower().encode()]


@functools.lru_cache(maxsize=None)
def exiftool(name):
    """All that it says of a file, which does not change any more."""
    done = subprocess.run(["exiftool", "-a", "-u", "-U", "-ee", "-b", "-G1", name], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return done.stdout


def raw(name):
    """Its bytes, and those of every zlib stream in it."""
    data = read(name)
    found = [data]
    at = data.find(b"x")
    while at >= 0:
        if data[at + 1:at + 2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            try:
                found.append(zlib.decompressobj().decompress(data[at:], 1 << 24))
            except zlib.error:
                pass
        at = data.find(b"x", at + 1)
    return b"\n".join(found)


def has(name, word=CANARY):
    """Where the word is found: in the bytes, or in what ExifTool says."""
    words = spellings(word)
    data = raw(name)
    return any(s in data for s in words) or any(s in exiftool(name) for s in words)


def tells(said, kind):
    return [t for t in said["tells"] if t["kind"] == kind]


@functools.lru_cache(maxsize=None)
def pixels(name):
    return tool("ffmpeg", "-v", "error", "-i", name, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")


def pixel(name, x, y, size):
    """One pixel of a picture of that size, as three numbers."""
    data = pixels(name)
    width, height = size
    assert len(data) == 3 * width * height, (name, len(data), size)
    at = 3 * (y * width + x)
    return tuple(data[at:at + 3])


def is_near(a, b):
    return all(abs(x - y) < 40 for x, y in zip(a, b))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, rows, bits=8, color=2, more=b""):
    head = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows, 6)) +
            chunk(b"IEND", b""))


def plain_png(width=64, height=32):
    """Left half red, right half blue."""
    row = b"\0" + b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width // 2)
    return png(width, height, row * height)


def pdf(objects, root=1, more=b""):
    """A document of these objects, numbered from 1; None leaves one out."""
    out = b"%PDF-1.4\n"
    where = []
    for i, o in enumerate(objects):
        where.append(len(out))
        if o is not None:
            out += b"%d 0 obj\n" % (i + 1) + o + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in where)
    return out + b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, root, more, table)


def stream(data, more=b""):
    return b"<</Length %d%s>>\nstream\n" % (len(data), more) + data + b"\nendstream"


def pages_pdf(sizes):
    """Empty pages of these sizes in points."""
    n = len(sizes)
    kids = b" ".join(b"%d 0 R" % (3 + i) for i in range(n))
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (n, kids)] +
               [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>" % s for s in sizes])


def run(*tests):
    now = None
    try:
        for now in tests:
            now()
            print("ok", now.__name__, flush=True)
    except BaseException:
        print("not ok", now.__name__, flush=True)
        raise
    finally:
        shutil.rmtree(T, ignore_errors=True)
