#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "team/paper.h"
#include "team/roster.h"

static const struct paper_kind kind = {
	.kind = "roster",
	.signer = "team",
	.max = ROSTER_MAX,
};

static const char *const roles[] = {
	[MEMBER_ADMIN] = "admin",
	[MEMBER_EDITOR] = "editor",
	[MEMBER_VIEWER] = "viewer",
};

void
device_id(uint8_t id[static DEVICE_ID_BYTES],
    const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	static const char label[] = "sotto/1 device";
	uint8_t hash[SHA256_BYTES];

	sha256_two(hash, label, sizeof label - 1, key, SIGN_PUBLIC_BYTES);
	memcpy(id, hash, DEVICE_ID_BYTES);
}

static bool
same_key(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, SIGN_PUBLIC_BYTES) == 0;
}

const struct roster_device *
roster_device(const struct roster *r, const uint8_t id[static DEVICE_ID_BYTES])
{
	uint8_t mine[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(mine, r->devices[i].key);
		if (memcmp(mine, id, DEVICE_ID_BYTES) == 0)
			return &r->devices[i];
	}
	return NULL;
}

const struct roster_member *
roster_member(const struct roster *r, const uint8_t id[static MEMBER_ID_BYTES])
{
	for (size_t i = 0; i < r->members_n; i++)
		if (memcmp(r->members[i].id, id, MEMBER_ID_BYTES) == 0)
			return &r->members[i];
	return NULL;
}

const struct roster_door *
roster_door(const struct roster *r, const uint8_t id[static DOOR_ID_BYTES])
{
	for (size_t i = 0; i < r->doors_n; i++)
		if (memcmp(r->doors[i].id, id, DOOR_ID_BYTES) == 0)
			return &r->doors[i];
	return NULL;
}

static bool
members_fit(const struct roster *r)
{
	for (size_t i = 0; i < r->members_n; i++) {
		const char *name = r->members[i].name;

		if (name[0] == '\0' || !text_is_line(name, strlen(name)) ||
		    r->members[i].role > MEMBER_VIEWER ||
		    roster_member(r, r->members[i].id) != &r->members[i])
			return false;
	}
	return r->members_n > 0 && r->members_n <= ROSTER_MEMBERS;
}

static bool
devices_fit(const struct roster *r)
{
	uint8_t id[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		if (roster_device(r, id) != &r->devices[i] ||
		    roster_member(r, r->devices[i].member) == NULL)
			return false;
	}
	return r->devices_n > 0 && r->devices_n <= ROSTER_DEVICES &&
	    roster_device(r, r->hands_out) != NULL &&
	    roster_device(r, r->then) != NULL;
}

static bool
door_fits(const struct roster *r, size_t at)
{
	const struct roster_door *d = &r->doors[at];

	for (size_t i = 0; i < at; i++)
		if (memcmp(r->doors[i].id, d->id, DOOR_ID_BYTES) == 0)
			return false;
	for (size_t i = 0; i < d->readers_n; i++) {
		if (roster_member(r, d->readers[i]) == NULL)
			return false;
		for (size_t j = 0; j < i; j++)
			if (memcmp(d->readers[i], d->readers[j],
				MEMBER_ID_BYTES) == 0)
				return false;
	}
	return d->name[0] != '\0' && text_is_line(d->name, strlen(d->name)) &&
	    text_is_line(d->says, strlen(d->says)) && d->readers_n > 0 &&
	    d->readers_n <= ROSTER_MEMBERS;
}

static bool
past_fits(const struct roster *r)
{
	static const uint8_t none[ROSTER_LAST_BYTES];

	for (size_t i = 0; i < r->past_n; i++) {
		const struct roster_past *p = &r->past[i];

		if (p->role > MEMBER_VIEWER ||
		    (p->number == 0) !=
			(memcmp(p->last, none, sizeof none) == 0))
			return false;
		for (size_t j = 0; j < i; j++)
			if (p->number < r->past[j].number &&
			    same_key(p->key, r->past[j].key))
				return false;
	}
	return true;
}

static bool
fits(const struct roster *r)
{
	if (r->serial == 0 || r->doors_n == 0 || r->doors_n > KEY_NOTE_DOORS ||
	    r->past_n > ROSTER_PAST || !members_fit(r) || !devices_fit(r) ||
	    !past_fits(r))
		return false;
	for (size_t i = 0; i < r->doors_n; i++)
		if (!door_fits(r, i))
			return false;
	return true;
}

static void
put_member(struct json_out *w, const struct roster_member *m)
{
	const char *role = roles[m->role];

	json_put_object(w, NULL);
	json_put_hex(w, "id", m->id, sizeof m->id);
	json_put_str(w, "name", m->name, strlen(m->name));
	json_put_str(w, "role", role, strlen(role));
	json_put_object_end(w);
}

static void
put_device(struct json_out *w, const struct roster_device *d)
{
	json_put_object(w, NULL);
	json_put_hex(w, "key", d->key, sizeof d->key);
	json_put_hex(w, "member", d->member, sizeof d->member);
	json_put_bool(w, "keeper", d->keeper);
	json_put_object_end(w);
}

static void
put_past(struct json_out *w, const struct roster_past *p)
{
	const char *role = roles[p->role];

	json_put_object(w, NULL);
	json_put_hex(w, "key", p->key, sizeof p->key);
	json_put_hex(w, "member", p->member, sizeof p->member);
	json_put_str(w, "role", role, strlen(role));
	json_put_u64(w, "number", p->number);
	json_put_hex(w, "last", p->last, sizeof p->last);
	json_put_object_end(w);
}

static void
put_door(struct json_out *w, const struct roster_door *d)
{
	json_put_object(w, NULL);
	json_put_hex(w, "id", d->id, sizeof d->id);
	json_put_str(w, "name", d->name, strlen(d->name));
	json_put_list(w, "readers");
	for (size_t i = 0; i < d->readers_n; i++)
		json_put_hex(w, NULL, d->readers[i], MEMBER_ID_BYTES);
	json_put_list_end(w);
	if (d->says[0] != '\0')
		json_put_str(w, "says", d->says, strlen(d->says));
	if (d->closed != 0)
		json_put_u64(w, "closed", d->closed);
	json_put_object_end(w);
}

static enum err
put_roster(struct buf *json, const struct roster *r)
{
	struct json_out w;

	json_begin(&w, json);
	json_put_u64(&w, "serial", r->serial);
	json_put_hex(&w, "previous", r->previous, sizeof r->previous);
	json_put_u64(&w, "until", r->until);
	json_put_list(&w, "members");
	for (size_t i = 0; i < r->members_n; i++)
		put_member(&w, &r->members[i]);
	json_put_list_end(&w);
	json_put_list(&w, "devices");
	for (size_t i = 0; i < r->devices_n; i++)
		put_device(&w, &r->devices[i]);
	json_put_list_end(&w);
	json_put_list(&w, "doors");
	for (size_t i = 0; i < r->doors_n; i++)
		put_door(&w, &r->doors[i]);
	json_put_list_end(&w);
	json_put_hex(&w, "hands-out", r->hands_out, sizeof r->hands_out);
	json_put_hex(&w, "then", r->then, sizeof r->then);
	json_put_list(&w, "past");
	for (size_t i = 0; i < r->past_n; i++)
		put_past(&w, &r->past[i]);
	json_put_list_end(&w);
	return json_end(&w);
}

enum err
roster_write(struct buf *out, const struct roster *r,
    const uint8_t team_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	enum err e;

	if (!fits(r))
		return ERR_FORMAT;
	buf_init(&json, ROSTER_MAX);
	if ((e = put_roster(&json, r)) == ERR_OK)
		e = paper_sign(out, &kind, &json, team_seed);
	buf_drop(&json);
	return e;
}

static enum err
read_role(enum member_role *role, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "role", 16, &s, &n)) != ERR_OK)
		return paper_need(e);
	for (unsigned i = 0; i < COUNT(roles); i++)
		if (strcmp(s, roles[i]) == 0) {
			*role = (enum member_role)i;
			return ERR_OK;
		}
	return ERR_FORMAT;
}

static enum err
read_member(struct roster *r, size_t i, const struct json *o)
{
	struct roster_member *m = &r->members[i];
	enum err e;

	if ((e = json_get_hex(o, "id", m->id, sizeof m->id)) != ERR_OK)
		return paper_need(e);
	if ((e = paper_str(m->name, o, "name", MEMBER_NAME_MAX)) != ERR_OK)
		return e;
	return read_role(&m->role, o);
}

static enum err
read_device(struct roster *r, size_t i, const struct json *o)
{
	struct roster_device *d = &r->devices[i];
	enum err e;

	if ((e = json_get_hex(o, "key", d->key, sizeof d->key)) != ERR_OK)
		return paper_need(e);
	if ((e = json_get_hex(o, "member", d->member, sizeof d->member)) !=
	    ERR_OK)
		return paper_need(e);
	return paper_need(json_get_bool(o, "keeper", &d->keeper));
}

static enum err
read_past(struct roster *r, size_t i, const struct json *o)
{
	struct roster_past *p = &r->past[i];
	enum err e;

	if ((e = json_get_hex(o, "key", p->key, sizeof p->key)) != ERR_OK ||
	    (e = json_get_hex(o, "member", p->member, sizeof p->member)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "number", UINT32_MAX, &p->number)) != ERR_OK ||
	    (e = json_get_hex(o, "last", p->last, sizeof p->last)) != ERR_OK)
		return paper_need(e);
	return read_role(&p->role, o);
}

/* What may be left out. */
static enum err
read_rest(struct roster_door *d, const struct json *o)
{
	const char *says = "";
	size_t n = 0;
	enum err e;

	e = json_get_str(o, "says", DOOR_READERS_MAX, &says, &n);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	memcpy(d->says, says, n);
	d->says[n] = '\0';
	e = json_get_u32(o, "closed", UINT32_MAX, &d->closed);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
read_door(struct roster *r, size_t i, const struct json *o)
{
	struct roster_door *d = &r->doors[i];
	const struct json *list;
	enum err e;

	if ((e = json_get_hex(o, "id", d->id, sizeof d->id)) != ERR_OK)
		return paper_need(e);
	if ((e = paper_str(d->name, o, "name", DOOR_NAME_MAX)) != ERR_OK)
		return e;
	e = json_get_list(o, "readers", ROSTER_MEMBERS, &list);
	if (e != ERR_OK)
		return paper_need(e);
	d->readers_n = json_count(list);
	for (size_t j = 0; j < d->readers_n; j++) {
		e = json_at_hex(list, j, d->readers[j], MEMBER_ID_BYTES);
		if (e != ERR_OK)
			return e;
	}
	return read_rest(d, o);
}

/* One list of objects: where it stands, how many it may have, who reads. */
struct list_of {
	const char *key;
	size_t max;
	enum err (*read)(struct roster *r, size_t i, const struct json *o);
};

static enum err
read_list(
    struct roster *r, size_t *n, const struct json *o, const struct list_of *of)
{
	const struct json *list, *one;
	enum err e;

	if ((e = json_get_list(o, of->key, of->max, &list)) != ERR_OK)
		return paper_need(e);
	*n = json_count(list);
	for (size_t i = 0; i < *n; i++) {
		if ((e = json_at_object(list, i, &one)) != ERR_OK)
			return e;
		if ((e = of->read(r, i, one)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
fields(struct roster *r, const struct json *o)
{
	static const struct list_of members = { "members", ROSTER_MEMBERS,
		read_member };
	static const struct list_of devices = { "devices", ROSTER_DEVICES,
		read_device };
	static const struct list_of doors = { "doors", KEY_NOTE_DOORS,
		read_door };
	static const struct list_of past = { "past", ROSTER_PAST, read_past };
	enum err e;

	if ((e = json_get_u32(o, "serial", UINT32_MAX, &r->serial)) != ERR_OK ||
	    (e = json_get_hex(
		 o, "previous", r->previous, sizeof r->previous)) != ERR_OK ||
	    (e = json_get_u32(o, "until", UINT32_MAX, &r->until)) != ERR_OK ||
	    (e = json_get_hex(o, "hands-out", r->hands_out,
		 sizeof r->hands_out)) != ERR_OK ||
	    (e = json_get_hex(o, "then", r->then, sizeof r->then)) != ERR_OK)
		return paper_need(e);
	if ((e = read_list(r, &r->members_n, o, &members)) != ERR_OK ||
	    (e = read_list(r, &r->devices_n, o, &devices)) != ERR_OK ||
	    (e = read_list(r, &r->doors_n, o, &doors)) != ERR_OK ||
	    (e = read_list(r, &r->past_n, o, &past)) != ERR_OK)
		return e;
	return fits(r) ? ERR_OK : ERR_FORMAT;
}

enum err
roster_read(struct roster *r, const void *p, size_t n,
    const uint8_t team[static SIGN_PUBLIC_BYTES])
{
	struct paper paper = { .json = NULL };
	struct roster *got;
	enum err e;

	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	if ((e = paper_read_by(&paper, &kind, p, n, team)) != ERR_OK)
		goto out;
	if ((e = fields(got, paper.json)) == ERR_OK)
		*r = *got;
out:
	paper_drop(&paper);
	wipe_free(got, sizeof *got);
	return e;
}
