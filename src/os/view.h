/*
 * view: what there is for whoever is shut off.
 *
 * A process leaves its user, its network, its files and its name behind: in
 * namespaces of its own it sees a root of the system's programs, libraries and
 * fonts to read but nothing that was installed by hand (/usr/local, /usr/src),
 * five devices that hold nothing, /room and /tmp in memory, and no /proc. Works
 * for an ordinary user; root becomes nobody first.
 */
#ifndef OS_VIEW_H
#define OS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define VIEW_ROOM "/room"
#define VIEW_TMP "/tmp"

/* Go in, for good; from a process without threads that nothing secret is in.
 * The room holds `disk` bytes and `files` files.  ERR_SANDBOX. */
enum err view_enter(uint64_t disk, unsigned files) MUST_USE;

/* A /tmp of its own, empty, for a process in a mount namespace of its own.
 * ERR_SANDBOX. */
enum err view_tmp(uint64_t disk, unsigned files) MUST_USE;

/* Give up every privilege over the namespaces, and bound what is seen once more
 * (Landlock): read and execute the system, write in /room and /tmp, nothing
 * else.  `program` may be read and executed besides; -1: none.  `local`:
 * sockets may have names in /tmp.  ERR_SANDBOX. */
enum err view_bound(int program, bool local) MUST_USE;

#endif
