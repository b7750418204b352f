/*
 * line_folder: the folder of a line, with notes signed by keys that the test
 * knows, and the processes of the line played by the test program itself.
 */
#ifndef LINE_FOLDER_H
#define LINE_FOLDER_H

#include <sys/wait.h>

#include "age/envelope.h"
#include "base/clock.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "line/child.h"
#include "line/deriver.h"
#include "line/keeper.h"
#include "line_front.h"
#include "team/keynote.h"

static char folder[] = "/tmp/sotto-line-XXXXXX";
static const uint8_t team_seed[32] = { 1 }, line_seed[32] = { 2 },
		     purge_seed[32] = { 3 };
static const uint8_t line_id[16] = { 4, 5, 6 };

static inline const char *
in_folder(const char *name)
{
	static char path[4][96];
	static unsigned i;

	i = (i + 1) % 4;
	(void)snprintf(path[i], sizeof(path[i]), "%s/%s", folder, name);
	return path[i];
}

static inline void
put_note(struct buf *out, uint32_t serial, const uint8_t seed[32])
{
	static struct age_recipient to;
	struct age_identity *id;
	struct key_note k;

	if (to.key[0] == 0 && to.key[1] == 0) {
		OK(age_identity_random(&id, AGE_HYBRID) == ERR_OK);
		age_identity_recipient(id, &to);
		age_identity_close(id);
	}
	key_note_init(&k);
	memcpy(k.line, line_id, sizeof(k.line));
	k.serial = serial;
	k.issued = clock_day();
	k.doors_n = 1;
	(void)snprintf(k.doors[0].name, sizeof(k.doors[0].name), "Door");
	(void)snprintf(k.doors[0].readers, sizeof(k.doors[0].readers), "Us");
	k.doors[0].first = clock_day();
	k.doors[0].recipients_n = 1;
	k.doors[0].recipients = &to;
	k.doors[0].voices_n = 1;
	k.doors[0].voices[0].last = k.issued;
	sign_public(k.doors[0].voices[0].key, team_seed);
	sign_public(k.access, line_seed);
	k.purges_n = 1;
	sign_public(k.purges[0], purge_seed);
	OK(key_note_write(out, &k, seed) == ERR_OK);
	k.doors[0].recipients = NULL; /* ours */
	k.doors_n = 0;
	key_note_drop(&k);
}

static inline void
make_folder(void)
{
	struct certificate c = { .serial = 1, .until = clock_day() + 400 };
	struct settings s;
	struct buf b;

	OK(mkdtemp(folder) != NULL);
	buf_init(&b, TALK_NOTE_MAX);
	settings_init(&s);
	memcpy(s.line, line_id, sizeof(s.line));
	(void)snprintf(s.name, sizeof(s.name), "Test");
	s.quota = UINT64_C(200) << 20; /* room for eight parts a day */
	OK(settings_write(&b, &s) == ERR_OK);
	OK(file_make(in_folder("settings"), b.at, b.len, 0600) == ERR_OK);
	buf_clear(&b);
	memcpy(c.line, line_id, sizeof(c.line));
	sign_public(c.key, line_seed);
	OK(certificate_write(&b, &c, team_seed) == ERR_OK);
	OK(file_make(in_folder("certificate"), b.at, b.len, 0600) == ERR_OK);
	buf_clear(&b);
	put_note(&b, 1, line_seed);
	OK(file_make(in_folder("key-note"), b.at, b.len, 0600) == ERR_OK);
	buf_drop(&b);
}

static inline void
tag_under(uint8_t tag[static TALK_TAG_BYTES], const uint8_t opening[static 32])
{
	uint8_t hash[SHA256_BYTES];

	sha256_two(hash, "sotto/1 tag", 11, opening, 32);
	memcpy(tag, hash, TALK_TAG_BYTES);
}

/* A right letter. */
static uint8_t letter[TALK_ENVELOPE_BYTES];

static inline struct talk
put_of(const uint8_t *at, const uint8_t *envelope)
{
	struct talk t = talk_of(TALK_PUT, 0);

	t.tag = at;
	t.envelope = envelope;
	return t;
}

#ifndef SOTTO_SANITIZED
/* The size of a process at its largest, in KiB. */
static inline long
peak(pid_t pid)
{
	char path[64];
	struct buf b;
	const char *at;
	long kib;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	buf_init(&b, 65536);
	OK(file_read(&b, path) == ERR_OK && buf_str(&b) != NULL);
	OK((at = strstr(buf_str(&b), "VmHWM:")) != NULL);
	kib = strtol(at + 6, NULL, 10);
	buf_drop(&b);
	return kib;
}
#endif

static inline void
clean_up(void)
{
	char cmd[64];
	pid_t pid = fork();
	char rm[] = "rm", rf[] = "-rf";
	char *argv[] = { rm, rf, cmd, NULL };

	(void)snprintf(cmd, sizeof(cmd), "%s", folder);
	if (pid == 0) {
		(void)execv("/bin/rm", argv);
		_exit(1);
	}
	(void)waitpid(pid, NULL, 0);
}

static inline int
role(enum role r, const char *argument)
{
	if (child_begin(r) != ERR_OK)
		return 1;
	if (r == ROLE_KEEPER)
		return keeper_main(argument, false);
	return r == ROLE_DERIVER ? deriver_main() : lf_main(r);
}

/* What main() does first: be a process of the line, if so told. */
static inline int
role_or(int argc, char **argv, void (*tests)(void))
{
	for (unsigned r = 0; argc > 1 && r < ROLE_COUNT; r++)
		if (strcmp(argv[1] + 1, talk_role_name((enum role)r)) == 0)
			return role((enum role)r, argv[2]);
	clock_init();
	OK(crypt_init() == ERR_OK);
	make_folder();
	OK(envelope_nobody(letter, sizeof(letter)) == ERR_OK);
	tests();
	clean_up();
	return 0;
}

#endif
