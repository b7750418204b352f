/* One desk gives another everything, and the other becomes one. */
#include <sys/wait.h>

#include "desk_newcomer.h"

#include "desk/handing.h"
#include "disk.h"

static void
what_one_desk_gives_the_other_shows(void)
{
	struct pack_said_of said;
	struct welcome w;
	struct desk *new;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
	OK(said.conversations == 2 && said.parts == 2 && said.left_out == 0);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	OK(strcmp(w.code.words, said.code.words) == 0);
	OK(strcmp(w.member, "Night desk") == 0 && w.role == MEMBER_EDITOR);
	OK(w.conversations == 2 && w.parts == 2);
	OK(!waiting_is_there(there));
	new = open_there();
	sees_the_same(desk, new);
	OK(desk_has_file(new, conv_file(desk_at(new, 0), 1)));
	OK(desk_role(new) == MEMBER_EDITOR);
	OK(!desk_vault(new)->has_line);
	desk_close(new);
	leave_it();
}

static void
who_reads_nowhere_is_given_no_conversation(void)
{
	struct pack_said_of said;
	struct welcome w;
	struct desk *new;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_ADMIN, false);
	OK(give(&said) == ERR_OK);
	OK(said.conversations == 0 && said.parts == 0 && said.left_out == 2);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	new = open_there();
	OK(desk_count(new) == 0 && desk_vault(new)->ring.chains_n == 1);
	OK(desk_vault(new)->ring.voices_n == 0);
	OK(desk_vault(new)->has_line);
	desk_close(new);
	leave_it();
}

static void
a_viewer_gets_no_voice_and_gives_nothing(void)
{
	struct pack_said_of said;
	struct desk *new, *was;
	struct welcome w;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_VIEWER, true);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	new = open_there();
	OK(desk_count(new) == 2 && desk_vault(new)->ring.voices_n == 0);
	was = desk;
	desk = new;
	OK(give(&said) == ERR_DENIED);
	desk = was;
	desk_close(new);
	leave_it();
}

static void
a_device_that_no_roster_names_gets_nothing(void)
{
	struct pack_said_of said;

	begin_all();
	wait_for_it();
	OK(give(&said) == ERR_NOTHING);
	leave_it();
}

/* Another one written over it, once people have compared. */
static enum err
exchange(void *who, const struct welcome *w)
{
	struct pack_said_of said;
	struct buf out;
	int fd;

	(void)who;
	(void)w;
	buf_init(&out, 64U << 20);
	OK(pack_give(desk, &request, age_sink_buf(&out), &said) == ERR_OK);
	OK((fd = open(file, O_WRONLY | O_TRUNC)) >= 0);
	OK(file_write_fd(fd, out.at, out.len) == ERR_OK);
	(void)close(fd);
	buf_drop(&out);
	return ERR_OK;
}

static enum err
refuse(void *who, const struct welcome *w)
{
	(void)who;
	(void)w;
	return ERR_CLOSED;
}

static void
a_file_that_is_exchanged_after_comparing_is_refused(void)
{
	const struct welcome_ask other = { exchange, NULL };
	const struct welcome_ask no = { refuse, NULL };
	struct pack_said_of said;
	struct welcome w;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &no) == ERR_CLOSED);
	OK(waiting_is_there(there) && !is_desk());
	OK(desk_set_junk(desk, desk_at(desk, 1), false) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &other) == ERR_FORGED);
	OK(waiting_is_there(there) && !is_desk());
	OK(rmdir(there) != 0); /* nothing beside it */
	OK(waiting_end(there) == ERR_OK && rmdir(there) == 0);
	leave_it();
}

/* A child takes it in and dies at the n-th change of the disk. */
static bool
take_and_die(unsigned n)
{
	struct welcome w;
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		if (welcome_take(&w, there, own, file, &yes) != ERR_OK)
			_exit(1);
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

static void
whenever_it_dies_the_folder_waits_or_is_a_whole_desk(void)
{
	struct pack_said_of said;
	struct welcome w;
	struct desk *new;
	unsigned n;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
	for (n = 1; !take_and_die(n) && !is_desk(); n++)
		OK(waiting_load(own, there, NEW_WORDS, strlen(NEW_WORDS)) ==
		    ERR_OK);
	OK(n > 30);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_TAKEN);
	new = open_there();
	sees_the_same(desk, new);
	desk_close(new);
	leave_it();
}

static void
refused_memory_leaves_one_that_waits(void)
{
	struct pack_said_of said;
	struct welcome w;
	enum err e = ERR_NOMEM;
	struct desk *new;
	struct writer one;

	begin_all();
	wait_for_it();
	writer_make(&one, 1);
	send(&one, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	admit(MEMBER_EDITOR, true);
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / 16) {
		alloc_refuse(n);
		e = give(&said);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	e = ERR_NOMEM;
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / 16) {
		OK(waiting_is_there(there) && !is_desk());
		alloc_refuse(n);
		e = welcome_take(&w, there, own, file, &yes);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	new = open_there();
	sees_the_same(desk, new);
	desk_close(new);
	leave_it();
}

/* A device that nobody has, of the new member: it comes and goes. */
static void
lose_a_device(void)
{
	struct roster *next = calloc(1, sizeof *next);
	const struct roster_come come = members_come(desk);
	const uint8_t seed[SIGN_SEED_BYTES] = { 0x55 };
	uint8_t key[SIGN_PUBLIC_BYTES], id[DEVICE_ID_BYTES];

	OK(next != NULL);
	sign_public(key, seed);
	device_id(id, key);
	roster_begin(
	    next, desk_roster(desk), desk_roster_hash(desk), clock_day());
	OK(roster_join(next, key, &next->members[1], true) == ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	sync_all();
	roster_begin(
	    next, desk_roster(desk), desk_roster_hash(desk), clock_day());
	OK(roster_strike(next, id, &come) == ERR_OK);
	OK(members_sign(desk, next, team_seed) == ERR_OK);
	wipe_free(next, sizeof *next);
}

static void
syncs(struct desk *d)
{
	OK(sync_run(d, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES);
}

/* What the line offers today for the door. */
static bool
line_offers(const struct age_recipient *is)
{
	struct offer o;
	bool same;

	offer_init(&o);
	same = age_recipient_is_same(key_of(&o, day), is);
	offer_drop(&o);
	return same;
}

static struct age_recipient
offered(void)
{
	struct age_recipient is;
	struct offer o;

	offer_init(&o);
	is = *key_of(&o, day);
	offer_drop(&o);
	return is;
}

static bool
line_takes(const uint8_t *seed)
{
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct offer o;
	bool same;

	sign_public(key, seed);
	offer_init(&o);
	(void)key_of(&o, day);
	same = memcmp(key, o.note.access, sizeof key) == 0;
	offer_drop(&o);
	return same;
}

static void
who_is_struck_off_is_locked_out_and_the_others_are_not(void)
{
	struct pack_said_of said;
	struct age_recipient was;
	struct welcome w;
	struct desk *new;
	unsigned n;

	begin_all();
	wait_for_it();
	live();
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	new = open_there();
	syncs(desk);
	syncs(new); /* publishes its one-time recipient */
	syncs(desk);
	was = offered();
	lose_a_device();
	OK(handing_renew(desk, day, &n) == ERR_OK && n == 2);
	OK(handing_renew(desk, day, &n) == ERR_OK && n == 0);
	syncs(desk); /* hands out */
	OK(desk_vault(desk)->has_next);
	syncs(desk); /* offers the new chain */
	OK(!line_offers(&was));
	OK(line_takes(desk_vault(desk)->access) && desk_vault(desk)->has_next);
	syncs(new); /* opens its hand-out */
	OK(desk_vault(new)->has_next && desk_vault(new)->ring.voices_n > 1);
	syncs(new);
	syncs(desk); /* sees that all have it */
	syncs(desk);
	OK(!desk_vault(desk)->has_next);
	OK(line_takes(desk_vault(desk)->access));
	OK(!line_takes(desk_vault(new)->access));
	syncs(new);
	OK(!desk_vault(new)->has_next);
	OK(line_takes(desk_vault(new)->access));
	sees_the_same(desk, new);
	desk_close(new);
	leave_it();
}

/* The log's chain in use ends five weeks behind the next one, and that went to
 * nobody yet: what its maker still gives is sealed to the one in use. */
static void
who_comes_before_keys_that_wait_for_weeks_are_given_has_those_in_use(void)
{
	struct pack_said_of said;
	struct welcome w;
	struct desk *new;

	begin_all();
	sync_all();
	OK(desk_renew_chain(desk, desk_roster(desk)->doors[0].id, day) ==
	    ERR_OK);
	set_day(day + 1);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	set_day(day + RING_LOG_DAYS + 3);
	wait_for_it();
	admit(MEMBER_EDITOR, true);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_OK);
	new = open_there();
	for (unsigned i = 0; i < 4; i++) {
		syncs(new);
		sync_all();
	}
	sees_the_same(desk, new);
	OK(desk_vault(new)->ring.voices_n == desk->vault->ring.voices_n);
	desk_close(new);
	leave_it();
}

static void
whoever_does_not_answer_for_a_week_is_not_waited_for(void)
{
	struct pack_said_of said;
	unsigned n;

	begin_all();
	wait_for_it();
	admit(MEMBER_EDITOR, true); /* and never comes */
	OK(give(&said) == ERR_OK);
	syncs(desk);
	lose_a_device();
	OK(handing_renew(desk, day, &n) == ERR_OK && n == 2);
	syncs(desk);
	syncs(desk);
	OK(desk_vault(desk)->has_next);
	set_day(day + 7);
	syncs(desk);
	OK(!desk_vault(desk)->has_next);
	OK(line_takes(desk_vault(desk)->access));
	leave_it();
}

struct record_bytes {
	struct buf head, tail;
};

static enum err
take_bytes(void *who, struct record_part head, struct record_part tail)
{
	struct record_bytes *b = who;

	OK(b->head.len == 0);
	OK(buf_put(&b->head, head.p, head.n) == ERR_OK);
	return buf_put(&b->tail, tail.p, tail.n);
}

/* The only record of a conversation, with one byte changed. */
static void
bend(struct conv *c, const struct record_bytes *b, size_t at)
{
	uint8_t owner[SIGN_PUBLIC_BYTES];

	memcpy(owner, c->box.owner, sizeof owner);
	b->head.at[at] ^= 1;
	OK(store_box_destroy(desk->store, &c->box) == ERR_OK);
	store_box_drop(&c->box);
	OK(store_box_make(desk->store, &c->box, owner,
	       (struct record_part){ b->head.at, b->head.len },
	       (struct record_part){ b->tail.at, b->tail.len }) == ERR_OK);
	b->head.at[at] ^= 1;
}

/* Beside the note that the source signed stands what was read of it: where it
 * wants to be answered, what it calls itself, its files.  Whoever gives it
 * cannot put himself in its place. */
static void
what_stands_beside_a_letter_is_what_it_says(void)
{
	const size_t address = 6;
	struct record_bytes b;
	struct pack_said_of said;
	struct welcome w;
	struct writer who;
	size_t name = 0;

	begin_all();
	wait_for_it();
	writer_make(&who, 1);
	send(&who, &(struct what){ .text = "one", .id = 1, .name = "Kestrel" });
	sync_all();
	admit(MEMBER_EDITOR, true);
	buf_init(&b.head, RECORD_MAX);
	buf_init(&b.tail, RECORD_MAX);
	OK(record_walk(&desk_at(desk, 0)->box.record,
	       (struct record_walker){ take_bytes, &b }) == ERR_OK);
	while (memcmp(b.head.at + name, "Kestrel", 7) != 0)
		name++;
	bend(desk_at(desk, 0), &b, address + HYBRID_PUBLIC_BYTES - 1);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_FORGED);
	bend(desk_at(desk, 0), &b, address + HYBRID_PUBLIC_BYTES);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_FORGED);
	bend(desk_at(desk, 0), &b, name);
	OK(give(&said) == ERR_OK);
	OK(welcome_take(&w, there, own, file, &yes) == ERR_FORGED);
	OK(!is_desk() && waiting_is_there(there));
	buf_drop(&b.head);
	buf_drop(&b.tail);
	leave_it();
}

T_BEGIN
desk_tests_begin();
T(what_one_desk_gives_the_other_shows)
T(what_stands_beside_a_letter_is_what_it_says)
T(who_reads_nowhere_is_given_no_conversation)
T(a_viewer_gets_no_voice_and_gives_nothing)
T(a_device_that_no_roster_names_gets_nothing)
T(a_file_that_is_exchanged_after_comparing_is_refused)
T(whenever_it_dies_the_folder_waits_or_is_a_whole_desk)
T(who_is_struck_off_is_locked_out_and_the_others_are_not)
T(whoever_does_not_answer_for_a_week_is_not_waited_for)
T(who_comes_before_keys_that_wait_for_weeks_are_given_has_those_in_use)
T(refused_memory_leaves_one_that_waits)
T_END
