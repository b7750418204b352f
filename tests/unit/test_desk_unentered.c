/* Answers on the line that nobody of the team has entered. */
#include "desk_many.h"

#include "desk/unentered.h"
#include "lang/lang.h"

static const enum member_role roles[] = { MEMBER_EDITOR };

/* What lies at that place for the source, whoever put it there. */
static void
put_answer(const struct writer *w, uint32_t slot)
{
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	uint8_t tag[TAG_BYTES];

	OK(envelope_seal(envelope, sizeof envelope, &w->reply,
	       (const uint8_t *)"x", 1) == ERR_OK);
	tag_at(tag, &w->tags, TAG_TO, day, slot);
	fake_put(day, tag, envelope, sizeof envelope);
}

static size_t
unentered(unsigned i, const struct writer *w)
{
	struct unentered list[UNENTERED_SHOWN];

	return unentered_of(
	    many[i], desk_conv_known(many[i], w->s.sign_public), list);
}

static void
next_day(void)
{
	set_day(day + 1);
	sync_many();
}

/* The entry that another desk comes with only now. */
static void
enter(unsigned i, const struct writer *w, uint32_t on, uint32_t slot)
{
	const struct conv *c = desk_conv_known(many[i], w->s.sign_public);
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;

	OK(f != NULL);
	f->kind = EFFECT_REPLY;
	memcpy(f->conversation, c->id, sizeof c->id);
	f->day = on;
	f->number = slot;
	f->count = 2;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, f) == ERR_OK);
	OK(log_put(many[i], "reply", &body) == ERR_OK);
	buf_drop(&body);
	wipe_free(f, sizeof *f);
}

static void
what_nobody_has_entered_is_named(void)
{
	struct unentered list[UNENTERED_SHOWN];
	struct reply_report rep;
	struct writer w;
	struct buf say;
	uint32_t on;

	begin_many(1, roles);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	reply_to("ours", &rep, ERR_OK);
	on = day;
	put_answer(&w, 7);
	next_day();
	/* Ours and its entry are here: it is the other that is not. */
	for (unsigned i = 0; i < 2; i++) {
		OK(unentered_count(many[i]) == 1);
		OK(unentered_of(many[i], desk_at(many[i], 0), list) == 1);
		OK(list[0].day == on && list[0].slot == 7);
	}
	buf_init(&say, 4096);
	OK(unentered_say(&say, lang_find("en"), list, 1) == ERR_OK);
	OK(buf_str(&say) != NULL && strstr((char *)say.at, "{") == NULL);
	buf_drop(&say);
	/* Once, and after the desk was closed too. */
	next_day();
	next_day();
	open_one(0);
	OK(unentered(0, &w) == 1);
	/* A desk that was slow says it after all. */
	enter(1, &w, on, 7);
	sync_many();
	OK(unentered(0, &w) == 0 && unentered(1, &w) == 0);
	OK(unentered_count(many[0]) == 0);
	end_many();
}

static void
answers_of_the_team_are_not_named(void)
{
	struct reply_report rep;
	struct writer w;

	begin_many(1, roles);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	for (unsigned i = 0; i < 4; i++) {
		reply_to("ours", &rep, ERR_OK);
		next_day();
	}
	OK(unentered_count(many[0]) == 0 && unentered_count(many[1]) == 0);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(what_nobody_has_entered_is_named)
T(answers_of_the_team_are_not_named)
T_END
