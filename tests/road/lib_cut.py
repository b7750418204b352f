# cut PORT SEED: forward connections to 127.0.0.1:PORT and cut each of the first
# 20 after a random number of bytes; prints the port to come to, and counts the
# cuts in the file CUTS.
import os, random, socket, sys, threading

to, seed, count = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
CUTS = 20
rnd = random.Random(seed)
lock = threading.Lock()
cuts = 0


def pipe(a, b, left):
    global cuts
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            if left is not None:
                left -= len(data)
                if left < 0:
                    with lock:
                        cuts += 1
                        with open(count, "w") as f:
                            f.write("%d\n" % cuts)
                    break
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    a, _ = listener.accept()
    b = socket.create_connection(("127.0.0.1", to))
    limit = rnd.randrange(300000, 4000000) if cuts < CUTS else None
    threading.Thread(target=pipe, args=(a, b, limit), daemon=True).start()
    threading.Thread(target=pipe, args=(b, a, None), daemon=True).start()
