# sotto clean on video and sound: names, places, dates and what programs write
# about themselves are gone; pictures stand upright, and sound sounds.
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from lib_clean import *

WORD = CANARY
NAMES = ["-metadata", "title=" + WORD, "-metadata", "artist=" + WORD, "-metadata", "comment=" + WORD,
         "-metadata", "location=+12.3456+098.7654/", "-metadata", "creation_time=2020-01-02T03:04:05Z"]
PICTURE = ["-f", "lavfi", "-i", "color=red:d=1:s=64x48:r=5,drawbox=x=32:w=32:h=48:color=blue:t=fill"]
SOUND = ["-f", "lavfi", "-i", "sine=d=1"]


def ffmpeg(*argv):
    tool("ffmpeg", "-v", "error", "-y", *argv)


def none_is_left(said, name):
    copy = copy_of(said[name])
    assert has(name) and not has(copy), (name, exiftool(copy))
    data = read(copy)
    for word in (b"Lavf", b"Lavc", b"x264", b"LAME", b"Handler", b"12.34"):
        assert word not in data, (name, word)
    return copy


def seconds(name):
    return float(tool("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", name))


def box(name, data):
    return struct.pack(">I", 8 + len(data)) + name + data


def a_phone_video():
    """An MP4 with all that a phone and a careless program leave in one."""
    words = write("s.srt", b"1\n00:00:00,000 --> 00:00:01,000\n" + WORD.encode() + b"\n")
    chapters = write("c.ini", (";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=%s\n" % WORD).encode())
    ffmpeg(*PICTURE, *SOUND, "-i", words, "-i", chapters, "-map", "0:v", "-map", "1:a", "-map", "2:s",
           "-map_metadata", "3", *NAMES, "-metadata:s:v:0", "handler_name=" + WORD, "-metadata:s:a:0",
           "handler_name=" + WORD, "-metadata:s:v:0", "rotate=90", "-c:s", "mov_text", "-c:v", "libx264", "-bsf:v",
           "h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+" + WORD, path("phone0.mp4"))
    ffmpeg("-i", path("phone0.mp4"), "-map", "0", "-c", "copy", "-metadata:s:v:0", "rotate=90", path("phone.mp4"))
    name = path("phone.mp4")
    tool("exiftool", "-q", "-q", "-overwrite_original", "-XMP-dc:Creator=" + WORD, "-Keys:Make=" + WORD,
         "-Keys:GPSCoordinates=12.3456 98.7654 3", "-CreateDate=2020:01:02 03:04:05", name)
    return write("phone1.mp4", read(name) + box(b"free", WORD.encode()) + box(b"uuid", WORD.encode() * 2))


def nothing_planted_in_a_video_is_in_its_copy():
    phone = a_phone_video()
    cover = write("cover.png", plain_png())
    mkv, avi, ogv = path("a.mkv"), path("a.avi"), path("a.webm")
    ffmpeg(*PICTURE, *SOUND, *NAMES, "-attach", cover, "-metadata:s:t", "mimetype=image/png", "-metadata:s:t",
           "filename=" + WORD, "-metadata:s:a", "language=cze", "-c:v", "libx264", mkv)
    ffmpeg(*PICTURE, *SOUND, *NAMES, "-c:v", "mpeg4", "-c:a", "pcm_s16le", avi)
    ffmpeg(*PICTURE, *NAMES, "-c:v", "libvpx", ogv)
    assert b"x264" in read(phone)
    said = clean(phone, mkv, avi, ogv)
    for name in phone, mkv, avi, ogv:
        copy = none_is_left(said, name)
        assert copy.endswith(".mp4") and abs(seconds(copy) - 1) < 0.3
    assert tells(said[phone], "place") and tells(said[phone], "device") and tells(said[phone], "time")
    # Turned by a quarter: what was on the left is above or below.
    one = copy_of(said[phone])
    top, bottom = pixel(one, 24, 4, (48, 64)), pixel(one, 24, 60, (48, 64))
    assert is_near(top, (255, 0, 0)) != is_near(bottom, (255, 0, 0)), (top, bottom)
    streams = tool("ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", one).split()
    assert streams == [b"video", b"audio"], streams


def nothing_planted_in_sound_is_in_its_copy():
    cover = write("cover.png", plain_png())
    names = {}
    for ending, more in (("mp3", ["-i", cover, "-map", "0", "-map", "1", "-id3v2_version", "3", "-write_id3v1", "1"]),
                         ("m4a", []), ("flac", ["-i", cover, "-map", "0", "-map", "1", "-disposition:v",
                                                "attached_pic"]),
                         ("ogg", ["-c:a", "libvorbis"]), ("opus", []), ("wav", [])):
        names[ending] = path("a." + ending)
        ffmpeg(*SOUND, *more, *NAMES, names[ending])
    with open(names["mp3"], "ab") as f:
        f.write(WORD.encode())
    data = read(names["wav"])
    bext = b"bext" + struct.pack("<I", 602) + WORD.encode().ljust(602, b"\0")
    data = data[:12] + bext + data[12:]
    write("a.wav", data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    said = clean(*names.values())
    for ending, name in names.items():
        copy = none_is_left(said, name)
        assert copy.endswith(".wav" if ending == "wav" else ".flac" if ending == "flac" else ".m4a"), copy
        assert abs(seconds(copy) - 1) < 0.2, (ending, seconds(copy))
    was, now = (tool("ffmpeg", "-v", "error", "-i", n, "-f", "s16le", "-") for n in
                (names["wav"], copy_of(said[names["wav"]])))
    assert was == now


def a_real_video_of_a_phone_loses_its_place():
    name = SAMPLES + "/movie1/VID_20191220_170832.mp4"
    said = clean(name)[name]
    assert any("GPSCoordinates" in t["tag"] for t in tells(said, "place"))
    assert all(t["gone"] for t in said["tells"] if t["kind"] in ("place", "device", "time", "software"))
    assert "GPS" not in str(exiftool(copy_of(said)))
    assert abs(seconds(copy_of(said)) - seconds(name)) < 0.3


run(
    nothing_planted_in_a_video_is_in_its_copy,
    nothing_planted_in_sound_is_in_its_copy,
    a_real_video_of_a_phone_loses_its_place,
)
