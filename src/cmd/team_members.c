/* Who is of the team: added, struck off, in another role, reading at a door. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "desk/doors.h"
#include "desk/handing.h"
#include "desk/members.h"
#include "desk/renewal.h"
#include "note/json.h"
#include "team/roster_keep.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/members.h"
#include "cmd/out.h"
#include "cmd/team_cmd.h"

#define SHORT_CHARS 8U /* of a device's id that name it */
#define JSON_BYTES (1U << 20)

/* The member that somebody named, by name or id; NULL when there is none or
 * more than one.  Doors: doors_named(). */
static const struct roster_member *
find_member(const struct roster *r, const char *typed)
{
	const struct roster_member *found = NULL;
	uint8_t id[MEMBER_ID_BYTES];
	const bool is_id =
	    enc_hex_read(id, sizeof id, typed, strlen(typed)) == ERR_OK;

	if (is_id && (found = roster_member(r, id)) != NULL)
		return found;
	for (size_t i = 0; i < r->members_n; i++) {
		if (!text_same_nocase(r->members[i].name, typed))
			continue;
		if (found != NULL)
			return NULL; /* two of that name: by id, then */
		found = &r->members[i];
	}
	return found;
}

/* A device by its id or the first SHORT_CHARS of it; NULL as above. */
static const struct roster_device *
find_device(const struct roster *r, const char *typed)
{
	const struct roster_device *found = NULL;
	char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
	uint8_t id[DEVICE_ID_BYTES];
	const size_t n = strlen(typed);

	if (n < SHORT_CHARS || n >= sizeof hex)
		return NULL;
	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		enc_hex(hex, id, sizeof id);
		if (memcmp(hex, typed, n) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &r->devices[i];
	}
	return found;
}

bool
team_cmd_open_desk(struct team_cmd *c)
{
	const char *file = c->desk_passphrase_file == NULL
	    ? c->passphrase_file
	    : c->desk_passphrase_file;

	return desk_cmd_open(&c->desk, c->words[0], file,
		   "Passphrase of the desk: ") == CMD_DONE;
}

/* The team key must be this team's. */
bool
team_cmd_begin(struct team_cmd *c)
{
	const struct roster *now;

	if (!team_cmd_open_desk(c))
		return false;
	now = desk_roster(c->desk);
	if (desk_role(c->desk) != MEMBER_ADMIN) {
		(void)team_cmd_say("only an admin's desk does that: this "
				   "desk's member is none.");
		return false;
	}
	if (!team_cmd_open(c, c->words[1]))
		return false;
	if (memcmp(c->about.key, desk_about(c->desk)->team,
		sizeof c->about.key) != 0) {
		(void)team_cmd_say("that is the key of another team than this "
				   "desk's.");
		return false;
	}
	if ((c->next = calloc(1, sizeof *c->next)) == NULL) {
		(void)cmd_fail(ERR_NOMEM, "no roster can be made", NULL);
		return false;
	}
	roster_begin(c->next, now, desk_roster_hash(c->desk), clock_day());
	return true;
}

static int
say_refused(enum err e)
{
	switch ((int)e) {
	case ERR_DENIED:
		return team_cmd_say("nobody would be left who can admit "
				    "others: make somebody else an admin "
				    "first.");
	case ERR_TOOBIG:
		return team_cmd_say("the roster is full: it holds 50 members, "
				    "100 devices and 200 changes.");
	case ERR_TAKEN:
		return team_cmd_say("it is so already. Nothing was done.");
	case ERR_MISSING:
		return team_cmd_say("nobody would read at a door: let somebody "
				    "else read there first, or close it.");
	default:
		return cmd_fail(
		    e, "the roster cannot be changed", "Nothing was done.");
	}
}

/* Two desks at each door keep files, whoever comes or goes; which ones are new
 * at that is said. */
static void
name_keepers(const struct team_cmd *c)
{
	const struct roster *now = desk_roster(c->desk);

	if (c->keepers_as_said || roster_name_keepers(c->next) == 0 || c->json)
		return;
	for (size_t i = 0; i < c->next->devices_n; i++) {
		const struct roster_device *d = &c->next->devices[i], *was;
		char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
		uint8_t id[DEVICE_ID_BYTES];

		device_id(id, d->key);
		was = roster_device(now, id);
		enc_hex(hex, id, sizeof id);
		if (d->keeper && (was == NULL || !was->keeper))
			printf("Device %.8s of %s keeps files from now on.\n",
			    hex, roster_member(c->next, d->member)->name);
	}
}

/* Another line key, where this wants one; first, so that nobody is struck off
 * without it. */
static enum err
renew_line(struct team_cmd *c)
{
	c->renews |= renewal_is_due(c->desk, c->next, clock_day());
	return c->renews
	    ? renewal_make(c->desk, key_see(c->seed), clock_day(), 0)
	    : ERR_OK;
}

/* Sign what was made, and begin the chains that this wants. */
static int
sign(struct team_cmd *c, unsigned *chains)
{
	bool to_admins;
	enum err e;

	/* Who signs can begin new chains at once. */
	roster_let_hand_out(c->next, desk_device_id(c->desk));
	name_keepers(c);
	if ((e = renew_line(c)) != ERR_OK)
		return cmd_fail(
		    e, "another line key cannot be made", "Nothing was done.");
	to_admins = renewal_waits(c->desk) || renewal_gives(c->desk, c->next);
	if ((e = members_sign(c->desk, c->next, key_see(c->seed))) != ERR_OK)
		return cmd_fail(e, "the roster cannot be kept",
		    "Look whether sotto team members shows the change; if "
		    "not, do it again.");
	e = handing_renew(c->desk, clock_day(), chains);
	if (e == ERR_OK && to_admins)
		e = handing_line(c->desk, clock_day());
	return e == ERR_OK
	    ? CMD_DONE
	    : cmd_fail(e, "the change is made, but not its new keys",
		  "The next sync of this desk makes them.");
}

/* Read the request; show whose it is, and compare. */
static bool
read_request(struct team_cmd *c, struct join *j)
{
	struct join_code code;
	struct buf note;
	enum err e;

	buf_init(&note, JOIN_MAX);
	if ((e = file_read(&note, c->words[2])) == ERR_OK &&
	    (e = join_read(j, note.at, note.len)) == ERR_OK)
		e = join_code(&code, note.at, note.len);
	buf_drop(&note);
	if (e != ERR_OK) {
		(void)cmd_fail(e, c->words[2],
		    "Name the file join-request that sotto join made.");
		return false;
	}
	if (!c->json) {
		printf("calls itself %s\n", j->name);
		(void)fflush(stdout);
	}
	return members_compare(&code, c->code,
		   "The five words that they read to you: ") == ERR_OK;
}

/* Whom to add, as a new one. */
static bool
new_member(struct team_cmd *c, struct roster_member *m, const struct join *j)
{
	const char *name = c->name == NULL ? j->name : c->name;

	*m = (struct roster_member){ .role = MEMBER_VIEWER };
	if (!members_role_read(&m->role, c->role)) {
		(void)team_cmd_say("a role is admin, editor or viewer.");
		return false;
	}
	if (!join_is_name(name)) {
		(void)team_cmd_say("the name must be 1 to 100 bytes of plain "
				   "text.");
		return false;
	}
	if (find_member(c->next, name) != NULL) {
		(void)team_cmd_say("a member is called so already: say --name, "
				   "or --member for a further device of "
				   "theirs.");
		return false;
	}
	memcpy(m->name, name, strlen(name) + 1);
	do
		crypt_random(m->id, sizeof m->id);
	while (roster_member(c->next, m->id) != NULL);
	return true;
}

/* Where the new one reads: at the doors that were named, or at the only one. */
static bool
set_doors(struct team_cmd *c, const struct roster_member *m)
{
	struct roster *r = c->next;
	const struct roster_door *door;

	if (c->doors_n == 0 && r->doors_n == 1) {
		(void)!roster_set_reader(r, r->doors[0].id, m->id, true);
		return true;
	}
	if (c->doors_n == 0) {
		(void)team_cmd_say("say at which doors they read: --door, or "
				   "--door none.");
		return false;
	}
	if (c->doors_n == 1 && strcmp(c->doors[0], "none") == 0)
		return true;
	for (size_t i = 0; i < c->doors_n; i++) {
		door = doors_named(r, c->doors[i]);
		if (door == NULL) {
			(void)team_cmd_say("there is no such door: see sotto "
					   "team members.");
			return false;
		}
		(void)!roster_set_reader(r, door->id, m->id, true);
	}
	return true;
}

/* Make the next roster with it in. */
static bool
add(struct team_cmd *c, const struct join *j)
{
	const struct roster_member *known = NULL;
	struct roster_member m;
	enum err e;

	if (c->member == NULL) {
		if (!new_member(c, &m, j))
			return false;
	} else if ((known = find_member(c->next, c->member)) == NULL) {
		(void)team_cmd_say("there is no such member, or more than one: "
				   "see sotto team members.");
		return false;
	} else {
		m = *known;
	}
	e = roster_join(c->next, j->key, &m, false);
	if (e == ERR_DENIED)
		(void)team_cmd_say("that device was struck off once: let it "
				   "begin anew with sotto join.");
	else if (e != ERR_OK)
		(void)say_refused(e);
	return e == ERR_OK && (known != NULL || set_doors(c, &m));
}

/* A run that ended before its welcome was written goes on with that. */
static bool
is_in(const struct team_cmd *c, const struct join *j)
{
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, j->key);
	return roster_device(desk_roster(c->desk), id) != NULL;
}

int
team_cmd_add(struct team_cmd *c)
{
	unsigned chains = 0;
	struct join j;
	int status;

	if ((c->role == NULL) == (c->member == NULL) ||
	    (c->member != NULL && (c->name != NULL || c->doors_n > 0)))
		return cmd_misuse(&cmd_team,
		    "add wants --role for a new member, or --member alone for "
		    "a further device");
	if (!members_may(c->to, AGE_BEGIN) || !read_request(c, &j) ||
	    !team_cmd_begin(c))
		return CMD_FAILED;
	if (!is_in(c, &j)) {
		if (!add(c, &j))
			return CMD_FAILED;
		if ((status = sign(c, &chains)) != CMD_DONE)
			return status;
	}
	status = members_pack(c->desk, &j, c->to, c->json);
	if (status != CMD_DONE)
		return status;
	if (!c->json)
		puts("They take it in with sotto join DIR --welcome FILE.");
	team_cmd_tell(c, chains);
	return CMD_DONE;
}

/* The member that the third word names; NULL: said so. */
static const struct roster_member *
third(const struct team_cmd *c)
{
	const struct roster_member *m = find_member(c->next, c->words[2]);

	if (m == NULL)
		(void)team_cmd_say("there is no such member, or more than one: "
				   "see sotto team members.");
	return m;
}

int
team_cmd_end(struct team_cmd *c, enum err e)
{
	unsigned chains = 0;
	int status;

	if (e != ERR_OK)
		return say_refused(e);
	if ((status = sign(c, &chains)) == CMD_DONE)
		team_cmd_tell(c, chains);
	return status;
}

int
team_cmd_role(struct team_cmd *c)
{
	const struct roster_member *m;
	enum member_role role;
	struct roster_come come;

	if (c->role == NULL || !members_role_read(&role, c->role))
		return cmd_misuse(
		    &cmd_team, "--role is admin, editor or viewer");
	if (!team_cmd_begin(c) || (m = third(c)) == NULL)
		return CMD_FAILED;
	come = members_come(c->desk);
	return team_cmd_end(c, roster_set_role(c->next, m->id, role, &come));
}

/* The same members, for another ROSTER_DAYS, and another line key. */
int
team_cmd_renew(struct team_cmd *c)
{
	c->renews = true;
	return team_cmd_begin(c) ? team_cmd_end(c, ERR_OK) : CMD_FAILED;
}

int
team_cmd_door(struct team_cmd *c)
{
	const struct roster_member *m;
	const struct roster_door *door;

	if (!team_cmd_begin(c) || (m = third(c)) == NULL)
		return CMD_FAILED;
	if ((door = doors_named(c->next, c->words[3])) == NULL)
		return team_cmd_say("there is no such door: see sotto team "
				    "members.");
	return team_cmd_end(
	    c, roster_set_reader(c->next, door->id, m->id, !c->undo));
}

int
team_cmd_keeper(struct team_cmd *c)
{
	const struct roster_device *d;
	uint8_t id[DEVICE_ID_BYTES];
	int status;

	if (!team_cmd_begin(c))
		return CMD_FAILED;
	if ((d = find_device(c->next, c->words[2])) == NULL)
		return team_cmd_say("there is no such device: see sotto team "
				    "members.");
	device_id(id, d->key);
	c->keepers_as_said = true;
	status = team_cmd_end(c, roster_set_keeper(c->next, id, !c->undo));
	if (status == CMD_DONE && roster_keepers_lack(c->next))
		puts("Fewer than two desks keep the files of a door now: name "
		     "another, or the next\nchange of the roster does.");
	return status;
}

/* Nobody strikes off the desk that they sit at: it could not tell the line. */
static bool
is_own(const struct team_cmd *c, const struct roster_device *d,
    const struct roster_member *m)
{
	const struct roster_device *own =
	    roster_device(c->next, desk_device_id(c->desk));

	return d != NULL ? d == own
			 : memcmp(own->member, m->id, MEMBER_ID_BYTES) == 0;
}

int
team_cmd_leave(struct team_cmd *c)
{
	const struct roster_device *d;
	const struct roster_member *m = NULL;
	uint8_t id[DEVICE_ID_BYTES];
	struct roster_come come;

	if (!team_cmd_begin(c))
		return CMD_FAILED;
	d = find_device(c->next, c->words[2]);
	if (d == NULL && (m = third(c)) == NULL)
		return CMD_FAILED;
	if (is_own(c, d, m))
		return team_cmd_say("that is this very desk, or its member: do "
				    "it at another admin's.");
	come = members_come(c->desk);
	if (d == NULL)
		return team_cmd_end(c, roster_leave(c->next, m->id, &come));
	device_id(id, d->key);
	return team_cmd_end(c, roster_strike(c->next, id, &come));
}
