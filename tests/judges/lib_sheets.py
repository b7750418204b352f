# lib_sheets SHEET SHEET: the team key's seed in hex, put together from two
# sheets by hand of doc/protocol/70-team.md alone.
import hashlib, re, sys

words = open("lang/words/english.txt").read().split()
number = {w[:4]: i for i, w in enumerate(words)}
sha = lambda b: hashlib.sha256(b).digest()

def sheet(path):
    lines = dict(re.findall(r"(?m)^\s*([1-8])\s+([a-z ]+)$", open(path).read()))
    whole, head = 0, b""
    for i in range(1, 9):
        *four, check = (number[w[:4]] for w in lines[str(i)].split())
        bits = sum(n << 11 * (3 - k) for k, n in enumerate(four))
        seen = sha(b"sotto/1 sheet line" + bytes([i]) + head + (bits << 4).to_bytes(6, "big"))
        assert int.from_bytes(seen[:2], "big") >> 5 == check, f"{path}: line {i}"
        whole = whole << 44 | bits
        if i == 2:
            head = whole.to_bytes(11, "big")
    b = whole.to_bytes(44, "big")
    assert b[0] == 1 and sha(b"sotto/1 sheet" + b[:43])[0] == b[43], path
    return b[1], b[2:11], b[11:43]

def times(a, b):
    p = 0
    for i in range(8):
        p ^= (a << i) * (b >> i & 1)
    for i in range(15, 7, -1):
        p ^= (0x11B << i - 8) * (p >> i & 1)
    return p

(i, of, x), (j, same, y) = sheet(sys.argv[1]), sheet(sys.argv[2])
assert of == same and i != j, "not two sheets of one split"
third = next(k for k in range(256) if times(k, i ^ j) == 1)
print(bytes(times(third, times(j, s) ^ times(i, t)) for s, t in zip(x, y)).hex())
