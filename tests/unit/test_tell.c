/* Whom a source talks to, and how its letter comes to its place. */
#include "tell_kit.h"

static void
addresses_are_read_exactly(void)
{
	static const struct {
		const char *in;
		enum err e;
		const char *base;
		bool f, onion, loopback;
	} rows[] = {
		{ "http://127.0.0.1:8440", ERR_OK, "http://127.0.0.1:8440",
		    false, false, true },
		{ "127.0.0.1:8440/#abcdefghijklmnopqrstuvwxyz234567", ERR_OK,
		    "http://127.0.0.1:8440", true, false, true },
		{ "abc.onion#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ERR_OK,
		    "http://abc.onion", true, true, false },
		{ "http://abc.onion:80/", ERR_OK, "http://abc.onion:80", false,
		    true, false },
		{ "https://example.org#abcdefghijklmnopqrstuvwxyz234567",
		    ERR_OK, "https://example.org", true, false, false },
		{ "http://[::1]:1", ERR_OK, "http://[::1]:1", false, false,
		    true },
		{ "", ERR_FORMAT, "", false, false, false },
		{ "http://", ERR_FORMAT, "", false, false, false },
		{ "http://a#abc", ERR_FORMAT, "", false, false, false },
		{ "http://a#abcdefghijklmnopqrstuvwxyz234561", ERR_FORMAT, "",
		    false, false, false },
		{ "http://a/b", ERR_FORMAT, "", false, false, false },
		{ "http://u@a", ERR_FORMAT, "", false, false, false },
		{ "http://a b", ERR_FORMAT, "", false, false, false },
		{ "http://a\r\nX: y", ERR_FORMAT, "", false, false, false },
		{ "file:///etc/passwd", ERR_FORMAT, "", false, false, false },
		{ "http://a?b", ERR_FORMAT, "", false, false, false },
	};
	struct address a;

	for (unsigned i = 0; i < COUNT(rows); i++) {
		OK(address_read(&a, rows[i].in) == rows[i].e);
		if (rows[i].e != ERR_OK)
			continue;
		OK(strcmp(a.base, rows[i].base) == 0);
		OK((a.f[0] != '\0') == rows[i].f);
		OK(a.onion == rows[i].onion && a.loopback == rows[i].loopback);
	}
}

static void
a_desk_reads_what_was_sent(void)
{
	struct letter l;

	OK(send_text("Something is wrong here.", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK);
	OK(strcmp(l.text, "Something is wrong here.") == 0);
	OK(l.seen == 0 && !l.more && l.file_count == 0);
	letter_drop(&l);
	OK(desk_reads(&l, 0, fake.door[1]) == ERR_NOKEY);
}

static void
the_next_letter_takes_the_next_place(void)
{
	struct letter l;

	OK(send_text("one", NULL, NULL) == ERR_OK);
	fake.taken = 2; /* by a race that the look did not see */
	OK(send_text("two", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 3, fake.door[0]) == ERR_OK);
	OK(strcmp(l.text, "two") == 0);
	letter_drop(&l);
}

static void
sixteen_letters_fill_a_day(void)
{
	for (unsigned i = 0; i < TAG_SLOTS; i++)
		OK(send_text("again", NULL, NULL) == ERR_OK);
	OK(send_text("again", NULL, NULL) == ERR_TAKEN);
	OK(fake.count == TAG_SLOTS);
}

static void
a_busy_line_is_asked_again(void)
{
	fake.busy = 2;
	OK(send_text("patience", NULL, NULL) == ERR_OK);
	OK(fake.count == 1);
}

static void
a_door_is_found_by_name_and_id(void)
{
	struct tell t;
	struct send s;

	send_init(&s);
	OK(enter(&t, address) == ERR_OK);
	/* Nobody is sent to readers that they did not choose. */
	OK(send_door(&s, &t, NULL) == ERR_MISSING);
	OK(send_door(&s, &t, "complaints") == ERR_OK && s.door[0] == 2);
	OK(send_door(&s, &t, "01000000") == ERR_OK && s.door[0] == 1);
	OK(send_door(&s, &t, "Sports") == ERR_NOTHING);
	send_drop(&s);
	tell_drop(&t);
}

/* Another team's line, another line's key note, a clock that is off. */
static void
tell_refuses_foreign_key_note(void)
{
	char mine[128];
	uint8_t was[32];
	struct tell t;

	memcpy(mine, address, sizeof(mine));
	memcpy(was, fake.team, 32);
	crypt_random(fake.team, 32);
	fake_offer();
	OK(enter(&t, mine) == ERR_FORGED && t.why != NULL);
	OK(fake.looks == 0);
	tell_drop(&t);
	*strchr(mine, '#') = '\0'; /* who names no team trusts any */
	OK(enter(&t, mine) == ERR_OK);
	tell_drop(&t);
	memcpy(fake.team, was, 32);
	fake_offer();
	OK(enter(&t, address) == ERR_OK);
	/* While we talk the line becomes another one. */
	fake.line[0] ^= 1;
	fake_offer();
	OK(tell_renew(&t) == ERR_DENIED && t.why != NULL);
	tell_drop(&t);
	fake.offer.at[fake.offer.len / 2] ^= 1;
	OK(enter(&t, address) != ERR_OK && t.why != NULL);
	tell_drop(&t);
	for (unsigned i = 0; i < 2; i++) {
		fake.day = i == 0 ? clock_day() + 2 : clock_day() - 2;
		fake_offer();
		OK(enter(&t, address) == ERR_EXPIRED && t.why != NULL);
		tell_drop(&t);
	}
}

static void
nothing_stays_in_memory(void)
{
	unsigned held, dirty;

	make_file("a.txt", 3000, 8);
	OK(send_text("warm up", "a.txt", NULL) == ERR_OK);
	held = alloc_held();
	dirty = alloc_dirty();
	OK(send_text("Something is wrong here.", NULL, NULL) == ERR_OK);
	OK(alloc_held() == held);
	OK(alloc_dirty() == dirty);
}

T_BEGIN
tell_tests_begin();
T(addresses_are_read_exactly)
L(a_desk_reads_what_was_sent)
L(the_next_letter_takes_the_next_place)
L(sixteen_letters_fill_a_day)
L(a_busy_line_is_asked_again)
L(a_door_is_found_by_name_and_id)
L(tell_refuses_foreign_key_note)
L(nothing_stays_in_memory)
tell_tests_end();
T_END
