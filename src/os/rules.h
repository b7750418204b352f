/*
 * rules: which files a process may touch (Landlock, ABI 2 or later).
 *
 * Rules are gathered in a descriptor and entered once; they are inherited and
 * cannot be undone.  What no rule names is refused, connections of TCP,
 * abstract sockets and signals to others included where the system knows how.
 */
#ifndef OS_RULES_H
#define OS_RULES_H

#include <stdint.h>

#include <linux/landlock.h>

#include "base/err.h"

#define RIGHT_READ LANDLOCK_ACCESS_FS_READ_FILE
#define RIGHT_LIST LANDLOCK_ACCESS_FS_READ_DIR
#define RIGHT_WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define RIGHT_RUN LANDLOCK_ACCESS_FS_EXECUTE
#define RIGHT_TRUNCATE (UINT64_C(1) << 14) /* from ABI 3 on */
/* Files and folders below a folder; nothing to execute, no links, no pipes,
 * no devices. */
#define RIGHT_FOLDER \
	(RIGHT_READ | RIGHT_LIST | RIGHT_WRITE | RIGHT_TRUNCATE | \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	    LANDLOCK_ACCESS_FS_REFER)

/* No rule yet; the descriptor is the caller's to close.  ERR_SANDBOX. */
enum err rules_open(int *rules) MUST_USE;

/* Allow this at a path and below it; rights that this system does not know are
 * left out.  ERR_NOTHING when there is no such path, ERR_SANDBOX. */
enum err rules_allow(int rules, const char *path, uint64_t rights) MUST_USE;
enum err rules_allow_fd(int rules, int fd, uint64_t rights) MUST_USE;

/* From now on.  ERR_SANDBOX. */
enum err rules_enter(int rules) MUST_USE;

#endif
