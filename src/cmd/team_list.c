/* `sotto team members`: the roster as people read it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "desk/renewal.h"
#include "desk/team.h"
#include "note/json.h"
#include "team/roster_edit.h"

#include "cmd/cmd.h"
#include "cmd/members.h"
#include "cmd/team_cmd.h"

#define JSON_BYTES (1U << 20)

/* A device, as everybody names it, and what it does. */
struct line {
	char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
	bool keeper, hands_out, own;
};

static struct line
line_of(const struct desk *d, const struct roster_device *device)
{
	const struct roster *r = desk_roster(d);
	struct line l = { .keeper = device->keeper };
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, device->key);
	enc_hex(l.hex, id, sizeof id);
	l.hands_out = memcmp(id, r->hands_out, sizeof id) == 0;
	l.own = memcmp(id, desk_device_id(d), sizeof id) == 0;
	return l;
}

static bool
is_of(const struct roster_device *d, const struct roster_member *m)
{
	return memcmp(d->member, m->id, MEMBER_ID_BYTES) == 0;
}

static void
put_devices(
    struct json_out *w, const struct desk *d, const struct roster_member *m)
{
	const struct roster *r = desk_roster(d);

	json_put_list(w, "devices");
	for (size_t i = 0; i < r->devices_n; i++) {
		struct line l;

		if (!is_of(&r->devices[i], m))
			continue;
		l = line_of(d, &r->devices[i]);
		json_put_object(w, NULL);
		json_put_str(w, "id", l.hex, strlen(l.hex));
		json_put_bool(w, "keeper", l.keeper);
		json_put_bool(w, "hands-out", l.hands_out);
		json_put_bool(w, "this", l.own);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
put_member(
    struct json_out *w, const struct desk *d, const struct roster_member *m)
{
	const char *role = members_role(m->role);
	const struct roster *r = desk_roster(d);

	json_put_object(w, NULL);
	json_put_hex(w, "id", m->id, sizeof m->id);
	json_put_str(w, "name", m->name, strlen(m->name));
	json_put_str(w, "role", role, strlen(role));
	json_put_list(w, "doors");
	for (size_t i = 0; i < r->doors_n; i++)
		if (roster_reader(&r->doors[i], m->id) < r->doors[i].readers_n)
			json_put_hex(
			    w, NULL, r->doors[i].id, sizeof r->doors[i].id);
	json_put_list_end(w);
	put_devices(w, d, m);
	json_put_object_end(w);
}

static void
put_certificate(struct json_out *w, const struct desk *d)
{
	const struct certificate *c = renewal_certificate(d);
	char date[CLOCK_DATE_BYTES];

	clock_date(date, c->until);
	json_put_object(w, "certificate");
	json_put_u64(w, "serial", c->serial);
	json_put_str(w, "until", date, strlen(date));
	json_put_bool(w, "line_key", renewal_has_keys(d));
	json_put_bool(w, "waits", renewal_waits(d));
	json_put_object_end(w);
}

static enum err
put_json(struct buf *out, const struct desk *d)
{
	const struct roster *r = desk_roster(d);
	char date[CLOCK_DATE_BYTES];
	struct json_out w;

	clock_date(date, r->until);
	json_begin(&w, out);
	json_put_u64(&w, "serial", r->serial);
	json_put_str(&w, "until", date, strlen(date));
	put_certificate(&w, d);
	json_put_list(&w, "doors");
	for (size_t i = 0; i < r->doors_n; i++) {
		json_put_object(&w, NULL);
		json_put_hex(&w, "id", r->doors[i].id, sizeof r->doors[i].id);
		json_put_str(
		    &w, "name", r->doors[i].name, strlen(r->doors[i].name));
		json_put_str(
		    &w, "readers", r->doors[i].says, strlen(r->doors[i].says));
		if (r->doors[i].closed != 0) {
			clock_date(date, r->doors[i].closed);
			json_put_str(&w, "closed", date, strlen(date));
		}
		json_put_object_end(&w);
	}
	json_put_list_end(&w);
	json_put_list(&w, "members");
	for (size_t i = 0; i < r->members_n; i++)
		put_member(&w, d, &r->members[i]);
	json_put_list_end(&w);
	return json_end(&w);
}

/* In a team of one door there is nothing to choose. */
static void
show_door(const struct roster *r, const struct roster_door *d)
{
	char date[CLOCK_DATE_BYTES];

	if (r->doors_n == 1 && d->says[0] == '\0')
		return;
	clock_date(date, d->closed);
	printf("door %s%s%s%s%s\n", d->name,
	    d->closed != 0 ? ", closed since " : "", d->closed != 0 ? date : "",
	    d->says[0] != '\0' ? ": " : "", d->says);
}

static void
show_member(const struct desk *d, const struct roster_member *m)
{
	const struct roster *r = desk_roster(d);
	bool reads = false;

	printf("%s, %s", m->name, members_role(m->role));
	for (size_t i = 0; i < r->doors_n; i++) {
		const struct roster_door *door = &r->doors[i];

		if (roster_reader(door, m->id) == door->readers_n)
			continue;
		printf("%s%s", reads ? ", " : "; reads at ", door->name);
		reads = true;
	}
	puts(reads ? "" : "; reads at no door");
	for (size_t i = 0; i < r->devices_n; i++) {
		struct line l;

		if (!is_of(&r->devices[i], m))
			continue;
		l = line_of(d, &r->devices[i]);
		printf("  device %.8s%s%s%s\n", l.hex,
		    l.keeper ? ", keeps files" : "",
		    l.hands_out ? ", hands out keys" : "",
		    l.own ? ", this one" : "");
	}
}

static void
show_certificate(const struct desk *d)
{
	const struct certificate *c = renewal_certificate(d);
	char date[CLOCK_DATE_BYTES];

	clock_date(date, c->until);
	printf("line certificate %u, until %s%s\n", c->serial, date,
	    renewal_waits(d)       ? "; the next one waits for a sync"
		: renewal_lacks(d) ? "; its key has not come to this desk"
				   : "");
	if (c->until <= clock_day() + RENEWAL_SOON)
		puts("  it ends soon: sotto team renew");
}

int
team_cmd_members(struct team_cmd *c)
{
	const struct roster *r;
	char date[CLOCK_DATE_BYTES];
	struct buf out;
	int status;

	if (!team_cmd_open_desk(c))
		return CMD_FAILED;
	if (c->json) {
		buf_init(&out, JSON_BYTES);
		status = members_put(&out, put_json(&out, c->desk));
		buf_drop(&out);
		return status;
	}
	r = desk_roster(c->desk);
	clock_date(date, r->until);
	printf("roster %u, until %s\n", r->serial, date);
	show_certificate(c->desk);
	for (size_t i = 0; i < r->doors_n; i++)
		show_door(r, &r->doors[i]);
	for (size_t i = 0; i < r->members_n; i++)
		show_member(c->desk, &r->members[i]);
	return CMD_DONE;
}
