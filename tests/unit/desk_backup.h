/* desk_backup: what the tests of backups share. */
#ifndef UNIT_DESK_BACKUP_H
#define UNIT_DESK_BACKUP_H

#include <sys/wait.h>

#include "desk/backup.h"
#include "desk/members.h"
#include "desk/pack.h"
#include "desk/unpack.h"
#include "desk/waiting.h"
#include "desk_two.h"
#include "disk.h"
#include "team/roster_edit.h"

#define KEPT "a passphrase of the backup"
#define NEW_WORDS "another horse battery staple"

static char file[100], there[100];
static struct backup_said said;
static const struct age_with with = { .words = KEPT,
	.words_len = sizeof KEPT - 1 };

static inline enum err
back_up(struct desk *d, bool alone)
{
	const struct age_to to = {
		.words = KEPT, .words_len = sizeof KEPT - 1, .work = 4
	};
	struct pack_said_of packed;
	struct buf out;
	enum err e;

	buf_init(&out, 64U << 20);
	e = pack_keep(d, alone, &to, age_sink_buf(&out), &packed);
	if (e == ERR_OK)
		OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	return e;
}

static inline int
open_file(void)
{
	const int fd = open(file, O_RDONLY);

	OK(fd >= 0);
	return fd;
}

static inline enum err
look(void)
{
	const int fd = open_file();
	const enum err e = backup_look(&said, fd, &with);

	(void)close(fd);
	return e;
}

static inline void
names(void)
{
	(void)snprintf(file, sizeof file, "%s.backup", dir);
	(void)snprintf(there, sizeof there, "%s.there", dir);
}

static inline void
remove_there(void)
{
	(void)nftw(there, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
end_backup(void)
{
	remove_there();
	(void)unlink(file);
	end_team();
}

/* Two writers, a file, an answer, marks. */
static inline void
live(struct desk *d)
{
	uint8_t *bytes = a_file(1000);
	struct writer w, o;

	writer_make(&w, 1);
	writer_make(&o, 2);
	send(&w,
	    &(struct what){ .text = "one",
		.id = 1,
		.name = "Kestrel",
		.file = bytes,
		.file_n = 1000,
		.file_name = "f" });
	send(&o, &(struct what){ .text = "two", .id = 2 });
	sync_one(d);
	reply(d, "an answer");
	OK(desk_read(d, desk_at(d, 0)) == ERR_OK);
	OK(desk_set_junk(d, desk_at(d, 1), true) == ERR_OK);
	wipe_free(bytes, 1000);
}

#endif
