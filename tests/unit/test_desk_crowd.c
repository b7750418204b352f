/* What one device of the team may fill on the desks of others. */
#include "desk_many.h"

#include "desk/circles.h"
#include "desk/crowd.h"
#include "desk/told.h"
#include "lang/lang.h"
#include "team/content.h"

static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR };

static void
names(struct desk *d, enum crowd_of what, const char *who)
{
	struct buf say;

	OK(crowd_is(d, what));
	buf_init(&say, 4096);
	OK(crowd_say(&say, lang_find("en"), d, what) == ERR_OK);
	OK(buf_str(&say) != NULL && strstr((char *)say.at, who) != NULL);
	OK(strstr((char *)say.at, "{") == NULL);
	buf_drop(&say);
}

/* As many as are kept of one device, as `a/circles` has them. */
static void
fill_circles(const uint8_t *device, size_t n)
{
	struct circle c;
	struct buf b;

	buf_init(&b, STORE_BLOB_MAX);
	for (size_t i = 0; i < n; i++) {
		circle_make(&c, circle_term(day), device);
		OK(buf_put(&b, c.id, sizeof c.id) == ERR_OK);
		OK(buf_put(&b, c.id, CONV_ID_BYTES) == ERR_OK);
		OK(buf_put_u32(&b, c.chain.day) == ERR_OK);
		OK(buf_put(&b, c.chain.seed, CHAIN_SEED_BYTES) == ERR_OK);
	}
	circle_drop(&c);
	OK(store_put(many[0]->store, "circles", b.at, b.len) == ERR_OK);
	buf_drop(&b);
	open_one(0);
	OK(circles_count(many[0]) == n);
}

static enum err
put_circle(const uint8_t *device)
{
	static const uint8_t of[CONV_ID_BYTES] = { 1 };
	struct circle c;
	enum err e;

	circle_make(&c, circle_term(day), device);
	e = circles_put(many[0], &c, of);
	circle_drop(&c);
	return e;
}

static void
circles_of_one_device_leave_room_for_those_of_others(void)
{
	begin_many(2, roles);
	fill_circles(many[1]->id, CIRCLES_DEVICE - 1);
	OK(!crowd_is(many[0], CROWD_CIRCLES));
	OK(put_circle(many[1]->id) == ERR_OK);
	OK(put_circle(many[1]->id) == ERR_FULL);
	names(many[0], CROWD_CIRCLES, "member 1");
	OK(put_circle(many[2]->id) == ERR_OK);
	OK(put_circle(many[0]->id) == ERR_OK);
	/* An earlier version kept more: they stay. */
	fill_circles(many[1]->id, CIRCLES_DEVICE + 1);
	OK(put_circle(many[2]->id) == ERR_OK);
	end_many();
}

/* Words of a conversation that no entry speaks of. */
static enum err
tell_words(const struct desk *by, size_t n, uint8_t id)
{
	static char text[CONTENT_TEXT_MAX];
	struct content c;
	struct buf note;
	enum err e, verdict;

	memset(text, 'a', n);
	content_init(&c);
	c.what = CONTENT_NOTE;
	memcpy(c.team, by->print, sizeof c.team);
	memcpy(c.line, by->about.line, sizeof c.line);
	memset(c.id, id, sizeof c.id);
	memset(c.conversation, 7, sizeof c.conversation);
	c.text = text;
	c.text_len = n;
	buf_init(&note, CONTENT_MAX);
	OK(content_write(&note, &c, by->vault->device) == ERR_OK);
	e = told_take(many[0], &note, false, &verdict);
	OK(e == ERR_OK);
	buf_drop(&note);
	return verdict;
}

struct seen {
	unsigned small, large;
};

static enum err
see(void *who, const uint8_t *p, size_t n)
{
	struct seen *s = who;

	(void)p;
	s->small += n < 10000;
	s->large += n >= 10000;
	return ERR_OK;
}

/* What lies in `wait`: one is small, of the third; large ones of the second. */
static void
waits(unsigned small, unsigned large)
{
	struct seen s = { 0, 0 };

	OK(store_load(many[0]->store, STORE_WAIT,
	       (struct record_taker){ see, &s }) == ERR_OK);
	OK(s.small == small && s.large == large);
}

static void
what_waits_of_one_device_puts_out_nothing_of_others(void)
{
	begin_many(2, roles);
	OK(tell_words(many[2], 1000, 0) == ERR_OK);
	OK(told_settle(many[0]) == ERR_OK);
	waits(1, 0);
	OK(!crowd_is(many[0], CROWD_WAITS));
	for (uint8_t i = 1; i <= 48; i++)
		OK(tell_words(many[1], CONTENT_TEXT_MAX, i) == ERR_OK);
	OK(told_settle(many[0]) == ERR_OK);
	names(many[0], CROWD_WAITS, "member 1");
	/* The first, of another, is here; of the many the newest. */
	waits(1, 10);
	open_one(0);
	OK(told_settle(many[0]) == ERR_OK);
	waits(1, 10);
	OK(!crowd_is(many[0], CROWD_WAITS));
	end_many();
}

T_BEGIN
desk_tests_begin();
T(circles_of_one_device_leave_room_for_those_of_others)
T(what_waits_of_one_device_puts_out_nothing_of_others)
T_END
