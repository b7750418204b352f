/*
 * worker: a program run on bytes that nobody trusts.
 *
 * A room is a folder in memory, of bounded size, that nobody but its programs
 * sees.  A program in it has the system's programs, libraries and fonts to
 * read, and nothing else: no network, no home, no keys, no descriptor and no
 * variable of ours, no other process, no /proc; bounded time, processor,
 * memory, files, processes and output.  Namespaces (user, mount, pid, net, ipc,
 * uts), Landlock, seccomp and resource limits each hold by themselves; where
 * one of them cannot be had the answer is ERR_SANDBOX and nothing runs.
 *
 * ERR_SANDBOX is for people: "This system does not let sotto shut a program
 * off, so documents cannot be looked at here."  What helps: user namespaces
 * for everybody (sysctl user.max_user_namespaces above 0,
 * kernel.unprivileged_userns_clone=1 where there is such a thing, on Ubuntu a
 * profile of AppArmor that has `userns`), and in a container its permission.
 *
 * One room is for one document: what a program left in a room is as hostile as
 * the document was, and the next program in that room reads it.  /tmp, which is
 * the home as well, is another one for each run.
 *
 * Everything ends with the room, and a room ends with the process that opened
 * it, however that ends.  A room is used by one thread at a time; different
 * threads may have different rooms.  The bytes lie in memory that the system
 * may swap, as all memory of programs.
 *
 * A build with sanitizers (SOTTO_SANITIZED) sets no limit of memory for a part
 * (below), whose shadow memory has no bound; programs are bound as ever.
 */
#ifndef OS_WORKER_H
#define OS_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define WORKER_NAME_MAX 200U /* bytes of a name in a room */
#define WORKER_FILES_MAX 200000U /* files and folders that a room holds */
#define WORKER_WHY_BYTES 256U
/* The six of fonts-dejavu-core there are the fonts of every room, and those
 * that LibreOffice draws its signs with; no other of the system's. */
#define WORKER_FONTS "/usr/share/fonts/truetype/dejavu"

struct worker_limits {
	unsigned seconds; /* of the wall clock, a run */
	unsigned cpu; /* seconds of processor, a process */
	uint64_t memory; /* address space of a process, bytes */
	uint64_t disk; /* bytes the room holds, and /tmp of a run as well */
	uint64_t out; /* bytes of standard output, a run */
	/* 1: a program may start threads but no process, and then `memory` is
	 * all it has.  More: so many processes and as many threads as 64. */
	unsigned processes;
	/* Sockets of AF_UNIX among its own processes, without which LibreOffice
	 * does not start.  Nothing else has any use for them. */
	bool local;
};

/* What did its work for nearly everything: a minute, 2 GiB, one process. */
extern const struct worker_limits worker_usual;

/* What LibreOffice needs, as `soffice -env:UserInstallation=file:///tmp/office
 * --headless --norestore --convert-to pdf FILE`: 16 processes, sockets of its
 * own, 8 GiB of addresses. */
extern const struct worker_limits worker_office;

struct worker; /* one room */

/* Make a room.  ERR_SANDBOX, ERR_NOMEM, ERR_IO. */
enum err worker_open(
    struct worker **worker, const struct worker_limits *limits) MUST_USE;

/* End all that runs there; the room's bytes are gone, but for what is held
 * open from worker_take().  NULL does nothing. */
void worker_close(struct worker *worker);

/* Can `name` be that of a file in a room?  Printable ASCII without a slash or
 * a space, not beginning with a dot or a minus (no option of a program). */
bool worker_name_is_plain(const char *name);

/* Bytes into the room, as a new file.  ERR_FORMAT for a name that is not
 * plain, ERR_TAKEN, ERR_FULL, ERR_CLOSED when the room has gone. */
enum err worker_put(struct worker *worker, const char *name, const void *bytes,
    size_t n) MUST_USE;

/* The same from a memfd or file, all of it whatever its position is (which
 * stays). */
enum err worker_put_fd(
    struct worker *worker, const char *name, int fd) MUST_USE;

/*
 * A run: argv[0] is a name that is looked for in /usr/bin only, or @NAME for a
 * part of this program.  NULL ends argv.  The room is the working directory,
 * standard input is empty.
 */
struct worker_run {
	const char *const *argv;
	/* Standard output piece by piece; NULL throws it away.  An error of it
	 * ends the run and comes back. */
	enum err (*out)(void *arg, const void *bytes, size_t n);
	/* Asked ten times a second; true ends the run.  May be NULL. */
	bool (*cancelled)(void *arg);
	void *arg;
};

struct worker_end {
	int status; /* what it exited with; -1 when a signal ended it */
	int signal; /* 0: none */
	char why[WORKER_WHY_BYTES]; /* how standard error began, printable */
};

/* Run it and wait; when this is back nothing of it runs any more.
 *   ERR_MISSING  the program is not installed
 *   ERR_EXPIRED  its time, of the clock or of the processor, was over
 *   ERR_TOOBIG   it said more than it may; or argv is too long
 *   ERR_FORMAT   it ended with a signal or another status than 0
 *   ERR_CLOSED   `cancelled` said so, or the room has gone
 *   ERR_SANDBOX, ERR_NOMEM, ERR_IO
 * `end` may be NULL. */
enum err worker_run(struct worker *worker, const struct worker_run *run,
    struct worker_end *end) MUST_USE;

/* A regular file that a program left in the room, to read; it is the caller's
 * to close.  No link is followed, and nothing else is opened.  ERR_NOTHING when
 * there is none, ERR_FORMAT for anything that is no regular file or has
 * another name as well. */
enum err worker_take(
    struct worker *worker, const char *name, int *fd, uint64_t *size) MUST_USE;

/* Every regular file in the room (not in folders) with a plain name, sorted by
 * its bytes; others are passed over.  ERR_TOOBIG past WORKER_FILES_MAX, or what
 * `each` returned. */
enum err worker_list(struct worker *worker,
    enum err (*each)(void *arg, const char *name, uint64_t size),
    void *arg) MUST_USE;

/* ERR_NOTHING when there is none. */
enum err worker_remove(struct worker *worker, const char *name) MUST_USE;

/* Functions of this program that run in rooms: `sotto @NAME ...`, in a process
 * of their own that was executed anew, shut off before it begins. */
struct worker_part {
	const char *name; /* NULL ends the table */
	int (*run)(int argc, char **argv); /* argv[0] is @NAME */
};

/* First of all in main(): was this process started as a room, or as a part in
 * one?  Then it is done and `*status` is what to end with. */
bool worker_is_part(int argc, char **argv, const struct worker_part *parts,
    int *status) MUST_USE;

#endif
