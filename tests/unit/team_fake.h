/* Devices of a made-up team, and entries that nobody's desk would write. */
#ifndef TEAM_FAKE_H
#define TEAM_FAKE_H

#include <string.h>

#include "base/buf.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "team/teamlog.h"

#define HANDS 7U /* the last one is in no roster at first */

struct hand {
	uint8_t seed[32], key[32], id[DEVICE_ID_BYTES];
};

/* An entry that was made, its note, and its hash. */
struct made {
	struct entry entry;
	struct buf note;
	uint8_t hash[SHA256_BYTES];
};

static struct hand hands[HANDS];

static void
hands_make(void)
{
	for (unsigned i = 0; i < HANDS; i++) {
		memset(hands[i].seed, 0x10 + (int)i, 32);
		sign_public(hands[i].key, hands[i].seed);
		device_id(hands[i].id, hands[i].key);
	}
}

/* Four members: an admin with two devices, an editor, an editor with two, a
 * viewer.  The first device makes hand-outs. */
static void
fake_roster(struct roster *r)
{
	static const uint8_t of[] = { 1, 1, 2, 3, 3, 4 };

	*r = (struct roster){ .serial = 1, .until = 21000 };
	r->members_n = 4;
	for (unsigned i = 0; i < 4; i++) {
		r->members[i].id[0] = (uint8_t)(i + 1);
		r->members[i].name[0] = (char)('A' + i);
		r->members[i].role = i == 0 ? MEMBER_ADMIN
		    : i == 3                ? MEMBER_VIEWER
					    : MEMBER_EDITOR;
	}
	r->devices_n = COUNT(of);
	for (unsigned i = 0; i < COUNT(of); i++) {
		memcpy(r->devices[i].key, hands[i].key, 32);
		r->devices[i].member[0] = of[i];
	}
	r->doors_n = 1;
	memcpy(r->doors[0].name, "all", 4);
	r->doors[0].readers_n = 1;
	r->doors[0].readers[0][0] = 1;
	memcpy(r->hands_out, hands[0].id, DEVICE_ID_BYTES);
	memcpy(r->then, hands[0].id, DEVICE_ID_BYTES);
}

static void
made_init(struct made *m)
{
	entry_init(&m->entry);
	buf_init(&m->note, ENTRY_MAX);
}

static void
made_drop(struct made *m)
{
	entry_drop(&m->entry);
	buf_drop(&m->note);
}

/* Name the one before; the lamport follows. */
static void
made_behind(struct made *m, const struct made *before)
{
	m->entry.number = before->entry.number + 1;
	memcpy(m->entry.previous, before->hash, SHA256_BYTES);
	if (m->entry.lamport <= before->entry.lamport)
		m->entry.lamport = before->entry.lamport + 1;
}

static void
made_cite(struct made *m, const struct made *other)
{
	memcpy(
	    m->entry.heads[m->entry.heads_n++], other->hash, ENTRY_HEAD_BYTES);
	if (m->entry.lamport <= other->entry.lamport)
		m->entry.lamport = other->entry.lamport + 1;
}

/* Put type, body and signature to it. */
static enum err
made_end(
    struct made *m, const struct hand *by, const char *type, const char *body)
{
	enum err e;

	memcpy(m->entry.device, by->id, DEVICE_ID_BYTES);
	memcpy(m->entry.type, type, strlen(type) + 1);
	if (m->entry.lamport == 0)
		m->entry.lamport = 1;
	if ((e = buf_put_str(&m->entry.body, body)) == ERR_OK)
		e = entry_write(&m->note, &m->entry, by->seed);
	if (e == ERR_OK)
		entry_hash(m->hash, m->note.at, m->note.len);
	return e;
}

/* The next of a chain, as the device's own desk would make it. */
static enum err
made_next(struct made *m, struct teamlog *l, const struct hand *by,
    const char *type, const char *body)
{
	enum err e = teamlog_next(l, &m->entry, by->id);

	return e == ERR_OK ? made_end(m, by, type, body) : e;
}

#endif
