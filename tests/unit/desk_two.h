/*
 * desk_two: a team of two members with a desk each, on one line in memory, as a
 * welcome would make the second.  A test begins with begin_team(), goes on with
 * join() and ends with end_team().
 */
#ifndef UNIT_DESK_TWO_H
#define UNIT_DESK_TWO_H

#include "desk/doors.h"
#include "desk/told.h"
#include "desk_team.h"
#include "team/safe.h"

static struct desk *other;
static char other_dir[80];

static inline void
begin_team(void)
{
	begin_all();
}

static inline void
end_team(void)
{
	desk_close(other);
	other = NULL;
	(void)nftw(other_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	end_all();
}

static inline struct roster *
next_roster(void)
{
	struct roster *r = malloc(sizeof *r);

	OK(r != NULL);
	*r = *desk_roster(desk);
	r->serial++;
	memcpy(r->previous, desk_roster_hash(desk), sizeof r->previous);
	return r;
}

/* The first desk takes it, and says so on the log. */
static inline void
sign_roster(struct roster *r, struct buf *note)
{
	OK(roster_write(note, r, team_seed) == ERR_OK);
	OK(desk_take_roster(desk, note->at, note->len) == ERR_OK);
	OK(desk_say_roster(desk) == ERR_OK);
	wipe_free(r, sizeof *r);
}

static inline enum err
copy_roster(void *who, const uint8_t *p, size_t n)
{
	return store_add(who, STORE_TEAM, p, n);
}

static inline enum err
nothing(void *who, const uint8_t *p, size_t n)
{
	(void)who;
	(void)p;
	(void)n;
	return ERR_FORMAT;
}

/* The second device's folder, as a welcome would make it. */
static inline void
make_other(const struct vault *v, const struct about *about)
{
	char path[FILE_PATH_MAX];
	struct store *s;
	struct buf text;

	OK(mkdir(other_dir, 0700) == 0);
	buf_init(&text, 4096);
	OK(store_make(other_dir) == ERR_OK);
	OK(about_write(&text, about) == ERR_OK);
	OK(store_begin(other_dir, v->storage, text.at, text.len) == ERR_OK);
	OK(store_open(&s, other_dir, v->storage) == ERR_OK);
	OK(store_load(s, STORE_TEAM, (struct record_taker){ nothing, NULL }) ==
	    ERR_OK);
	OK(desk_each_roster(desk, (struct record_taker){ copy_roster, s }) ==
	    ERR_OK);
	OK(store_put(s, "certificate", fake.certificate.at,
	       fake.certificate.len) == ERR_OK);
	store_close(s);
	OK(file_path(path, sizeof path, other_dir, "key") == ERR_OK);
	OK(vault_save(v, path) == ERR_OK);
	buf_drop(&text);
}

static inline void
open_other(void)
{
	desk_close(other);
	other = NULL;
	OK(desk_open(&other, other_dir, WORDS, strlen(WORDS)) == ERR_OK);
}

/* A second member, with a device, who reads at the door. */
static inline void
join(enum member_role role)
{
	struct vault *v = vault_new();
	struct about about = *desk_about(desk);
	struct roster *r = next_roster();
	struct buf note;

	(void)snprintf(other_dir, sizeof other_dir, "%s-other", dir);
	*v = *desk->vault;
	crypt_random(v->storage, sizeof v->storage);
	crypt_random(v->device, sizeof v->device);
	if (role != MEMBER_ADMIN) {
		v->has_line = false;
		memset(v->line_key, 0, sizeof v->line_key);
		memset(v->purge, 0, sizeof v->purge);
	}
	if (role == MEMBER_VIEWER)
		v->ring.voices_n = 0;
	v->ring.once_n = 0;
	ring_make_once(&v->ring);
	memset(about.member, 0x77, sizeof about.member);
	memcpy(r->members[1].id, about.member, sizeof about.member);
	memcpy(r->members[1].name, "second", 7);
	r->members[1].role = role;
	sign_public(r->devices[1].key, v->device);
	r->devices[1].keeper = true;
	memcpy(r->devices[1].member, about.member, sizeof about.member);
	memcpy(r->doors[0].readers[1], about.member, sizeof about.member);
	r->members_n = r->devices_n = r->doors[0].readers_n = 2;
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	make_other(v, &about);
	vault_close(v);
	open_other();
}

/* The line's note as the first desk would make it. */
static inline void
put_note(uint32_t serial)
{
	const struct doors_note n = { .vault = desk->vault,
		.about = &desk->about,
		.roster = desk->roster,
		.serial = serial,
		.today = day };

	buf_clear(&fake.key_note);
	OK(doors_key_note(&fake.key_note, &n) == ERR_OK);
}

static inline void
sync_one(struct desk *d)
{
	const enum err e = sync_run(d, reach, &report);

	OK(e == ERR_OK && report.stop == SYNC_GOES);
}

/* Until neither has anything new for the other. */
static inline void
sync_both(void)
{
	for (unsigned i = 0; i < 2; i++) {
		sync_one(desk);
		sync_one(other);
	}
	sync_one(desk);
	OK(report.entries == 0 && report.given == 0);
}

/* A team of two that have a letter; the second is of that role. */
static inline void
begin_two(struct writer *source, enum member_role role)
{
	begin_team();
	writer_make(source, 1);
	send(source, &(struct what){ .text = "hello", .id = 1 });
	join(role);
	sync_both();
}

/* Everything that the two may disagree on. */
static inline void
are_alike(void)
{
	uint8_t a[SHA256_BYTES], b[SHA256_BYTES];

	OK(teamlog_digest(desk->log, a) == ERR_OK);
	OK(teamlog_digest(other->log, b) == ERR_OK);
	OK(memcmp(a, b, sizeof a) == 0);
	OK(desk_log_count(desk) == desk_log_count(other));
	OK(desk_count(desk) == desk_count(other));
	for (size_t i = 0; i < desk_count(desk); i++) {
		const struct conv *c = desk_at(desk, i);
		const struct conv *o = desk_conv_known(other, c->box.owner);

		OK(o != NULL);
		conv_settle((struct conv *)(uintptr_t)o);
		OK(c->said_n == o->said_n && c->apart == o->apart);
		OK(c->junk == o->junk && c->n == o->n);
		OK(conv_unread(c) == conv_unread(o));
		OK(conv_waits(c) == conv_waits(o));
		for (size_t j = 0; j < c->said_n; j++) {
			const struct said *s = c->said[j], *t = o->said[j];

			OK(memcmp(s->id, t->id, sizeof s->id) == 0);
			OK(memcmp(s->at.tag, t->at.tag, TAG_BYTES) == 0);
			OK(memcmp(s->at.words, t->at.words, 32) == 0);
			OK(s->ours == t->ours && s->unread == t->unread);
			OK(s->day == t->day && s->n == t->n);
			OK(s->row == t->row && s->more == t->more);
			OK(s->missing == t->missing);
			OK(strcmp(s->text, t->text) == 0);
			OK(s->files_all == t->files_all);
		}
	}
}

static inline void
reply(struct desk *d, const char *text)
{
	const struct reply what = { .text = text, .n = strlen(text) };
	struct reply_report rep;

	OK(reply_send(d, reach, desk_at(d, 0), &what, &rep) == ERR_OK);
	OK(rep.stop == SYNC_GOES);
}

#endif
