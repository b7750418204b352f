#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "team/roster_door.h"
#include "team/roster_edit.h"

void
roster_begin(struct roster *next, const struct roster *old,
    const uint8_t old_hash[static SHA256_BYTES], uint32_t today)
{
	*next = *old;
	next->serial = old->serial + 1;
	memcpy(next->previous, old_hash, sizeof next->previous);
	next->until = today + ROSTER_DAYS;
}

enum err
roster_join(struct roster *r, const uint8_t key[static SIGN_PUBLIC_BYTES],
    const struct roster_member *m, bool keeper)
{
	const bool new = roster_member(r, m->id) == NULL;
	uint8_t id[DEVICE_ID_BYTES];
	struct roster_device *d;

	device_id(id, key);
	if (roster_device(r, id) != NULL)
		return ERR_TAKEN;
	if (roster_key(r, id) != NULL)
		return ERR_DENIED;
	if (r->devices_n == ROSTER_DEVICES ||
	    (new && r->members_n == ROSTER_MEMBERS))
		return ERR_TOOBIG;
	if (new)
		r->members[r->members_n++] = *m;
	d = &r->devices[r->devices_n++];
	memcpy(d->key, key, sizeof d->key);
	memcpy(d->member, m->id, sizeof d->member);
	d->keeper = keeper;
	return ERR_OK;
}

static bool
is_of(const struct roster_device *d, const uint8_t *member)
{
	return memcmp(d->member, member, MEMBER_ID_BYTES) == 0;
}

/* A device of an admin: the first whose id is not this one; NULL. */
static const struct roster_device *
admin_device(const struct roster *r, const uint8_t * not )
{
	uint8_t id[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		const struct roster_device *d = &r->devices[i];

		device_id(id, d->key);
		if (memcmp(id, not, sizeof id) != 0 &&
		    roster_member(r, d->member)->role == MEMBER_ADMIN)
			return d;
	}
	return NULL;
}

static bool
has_admin(const struct roster *r)
{
	static const uint8_t none[DEVICE_ID_BYTES];

	return admin_device(r, none) != NULL;
}

/* What the device's entries were until now. */
static enum err
add_row(struct roster *r, const struct roster_device *d,
    const struct roster_come *come)
{
	struct roster_past *p;

	if (r->past_n == ROSTER_PAST)
		return ERR_TOOBIG;
	p = &r->past[r->past_n++];
	*p = (struct roster_past){
		.role = roster_member(r, d->member)->role,
	};
	memcpy(p->key, d->key, sizeof p->key);
	memcpy(p->member, d->member, sizeof p->member);
	come->to(come->who, d->key, &p->number, p->last);
	return ERR_OK;
}

/* Whoever makes hand-outs, or takes that over, has a device and is an admin;
 * they are two where there are two. */
static void
mend_hands(struct roster *r)
{
	static const uint8_t none[DEVICE_ID_BYTES];
	uint8_t *hands[] = { r->hands_out, r->then };

	for (size_t i = 0; i < COUNT(hands); i++) {
		const struct roster_device *d = roster_device(r, hands[i]);

		if (d != NULL &&
		    roster_member(r, d->member)->role == MEMBER_ADMIN)
			continue;
		d = admin_device(r, i == 0 ? r->then : r->hands_out);
		if (d == NULL)
			d = admin_device(r, none);
		device_id(hands[i], d->key);
	}
}

void
roster_let_hand_out(struct roster *r, const uint8_t id[static DEVICE_ID_BYTES])
{
	if (memcmp(r->hands_out, id, DEVICE_ID_BYTES) != 0)
		memcpy(r->then, id, DEVICE_ID_BYTES);
}

/* Take out device `i`; the order of the others stays. */
static enum err
take_out(struct roster *r, size_t i, const struct roster_come *come)
{
	enum err e;

	if ((e = add_row(r, &r->devices[i], come)) != ERR_OK)
		return e;
	r->devices_n--;
	memmove(&r->devices[i], &r->devices[i + 1],
	    (r->devices_n - i) * sizeof r->devices[0]);
	return ERR_OK;
}

static enum err
try_strike(struct roster *r, const uint8_t *id, const struct roster_come *come)
{
	uint8_t its[DEVICE_ID_BYTES];
	enum err e = ERR_NOTHING;

	for (size_t i = 0; i < r->devices_n && e == ERR_NOTHING; i++) {
		device_id(its, r->devices[i].key);
		if (memcmp(its, id, sizeof its) == 0)
			e = take_out(r, i, come);
	}
	if (e != ERR_OK)
		return e;
	if (!has_admin(r))
		return ERR_DENIED;
	mend_hands(r);
	return ERR_OK;
}

/* A door that was closed goes with its last reader. */
static enum err
leave_doors(struct roster *r, const uint8_t *member)
{
	for (size_t i = r->doors_n; i-- > 0;) {
		const struct roster_door *d = &r->doors[i];

		if (roster_reader(d, member) == d->readers_n)
			continue;
		if (d->readers_n == 1 && d->closed == 0)
			return ERR_MISSING;
		if (d->readers_n == 1)
			roster_remove_door(r, i);
		else
			(void)!roster_set_reader(r, d->id, member, false);
	}
	return ERR_OK;
}

static enum err
try_leave(
    struct roster *r, const uint8_t *member, const struct roster_come *come)
{
	const struct roster_member *m = roster_member(r, member);
	size_t at;
	enum err e = m == NULL ? ERR_NOTHING : ERR_OK;

	if (e != ERR_OK)
		return e;
	for (size_t i = r->devices_n; e == ERR_OK && i-- > 0;)
		if (is_of(&r->devices[i], member))
			e = take_out(r, i, come);
	if (e != ERR_OK)
		return e;
	e = leave_doors(r, member);
	at = (size_t)(m - r->members);
	r->members_n--;
	memmove(&r->members[at], &r->members[at + 1],
	    (r->members_n - at) * sizeof r->members[0]);
	if (!has_admin(r))
		return ERR_DENIED;
	if (e != ERR_OK)
		return e;
	mend_hands(r);
	return ERR_OK;
}

static enum err
try_role(struct roster *r, const uint8_t *member, enum member_role role,
    const struct roster_come *come)
{
	const struct roster_member *m = roster_member(r, member);
	enum err e = m == NULL ? ERR_NOTHING
	    : m->role == role  ? ERR_TAKEN
			       : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->devices_n; i++)
		if (is_of(&r->devices[i], member))
			e = add_row(r, &r->devices[i], come);
	if (e != ERR_OK)
		return e;
	r->members[m - r->members].role = role;
	if (!has_admin(r))
		return ERR_DENIED;
	mend_hands(r);
	return ERR_OK;
}

/* What fails must leave nothing: it is put back as it was. */
static struct roster *
copy_of(const struct roster *r)
{
	struct roster *was = malloc(sizeof *was);

	if (was != NULL)
		*was = *r;
	return was;
}

static enum err
or_as_it_was(struct roster *r, struct roster *was, enum err e)
{
	if (e != ERR_OK && was != NULL)
		*r = *was;
	wipe_free(was, sizeof *was);
	return e;
}

enum err
roster_strike(struct roster *r, const uint8_t id[static DEVICE_ID_BYTES],
    const struct roster_come *come)
{
	struct roster *was = copy_of(r);
	enum err e = was == NULL ? ERR_NOMEM : try_strike(r, id, come);

	return or_as_it_was(r, was, e);
}

enum err
roster_leave(struct roster *r, const uint8_t member[static MEMBER_ID_BYTES],
    const struct roster_come *come)
{
	struct roster *was = copy_of(r);
	enum err e = was == NULL ? ERR_NOMEM : try_leave(r, member, come);

	return or_as_it_was(r, was, e);
}

enum err
roster_set_role(struct roster *r, const uint8_t member[static MEMBER_ID_BYTES],
    enum member_role role, const struct roster_come *come)
{
	struct roster *was = copy_of(r);
	enum err e = was == NULL ? ERR_NOMEM : try_role(r, member, role, come);

	return or_as_it_was(r, was, e);
}

size_t
roster_reader(
    const struct roster_door *d, const uint8_t member[static MEMBER_ID_BYTES])
{
	size_t i;

	for (i = 0; i < d->readers_n; i++)
		if (memcmp(d->readers[i], member, MEMBER_ID_BYTES) == 0)
			break;
	return i;
}

static void
set_reader(struct roster_door *d, const uint8_t *member, size_t at, bool reads)
{
	if (reads) {
		memcpy(d->readers[d->readers_n++], member, MEMBER_ID_BYTES);
		return;
	}
	d->readers_n--;
	memmove(&d->readers[at], &d->readers[at + 1],
	    (d->readers_n - at) * sizeof d->readers[0]);
}

enum err
roster_set_reader(struct roster *r, const uint8_t door[static DOOR_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES], bool reads)
{
	if (roster_member(r, member) == NULL)
		return ERR_NOTHING;
	for (size_t i = 0; i < r->doors_n; i++) {
		struct roster_door *d = &r->doors[i];
		const size_t at = roster_reader(d, member);

		if (memcmp(d->id, door, DOOR_ID_BYTES) != 0)
			continue;
		if ((at < d->readers_n) == reads)
			return ERR_TAKEN;
		if (!reads && d->readers_n == 1)
			return ERR_MISSING;
		set_reader(d, member, at, reads);
		return ERR_OK;
	}
	return ERR_NOTHING;
}
