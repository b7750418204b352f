/* What a source can make a desk do that looks for what never came. */
#include "desk/inside.h"
#include "desk/missed.h"
#include "desk/withheld.h"
#include "desk_two.h"

#define LETTERS 140U /* each with 512 choices of files */

static size_t altered;

static void
gives(const struct fake_row *row, uint8_t *bytes)
{
	if ((size_t)(row - fake.rows) == altered)
		bytes[ENVELOPE_LETTER_BYTES / 2] ^= 1;
}

/* Eight small files with each of many letters, and one letter that one desk was
 * given otherwise: to find that each choice of files would be tried, a tenth of
 * a second for each hundred letters, at every page. */
static void
of_many_messages_with_files_not_every_choice_is_tried(void)
{
	static const struct fake_lies lies = { .gives = gives };
	static struct said_file files[8];
	struct writer w;
	struct conv *c;
	uint32_t n;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	altered = SIZE_MAX;
	fake.lies = &lies;
	writer_make(&w, 1);
	for (unsigned i = 1; i <= LETTERS; i++) {
		char text[16];

		if (i % 12 == 0) {
			set_day(day + 1);
			w.slot = 0;
		}
		(void)snprintf(text, sizeof text, "%u", i);
		send(&w, &(struct what){ .text = text, .id = (uint8_t)i });
	}
	altered = fake.rows_n - 1;
	sync_one(other);
	fake.lies = NULL;
	sync_both();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_both();
	sync_one(other);
	for (size_t i = 0; i < 8; i++)
		files[i].size = i + 1;
	c = other->convs[0];
	OK(c->said_n > 128);
	for (size_t i = 0; i < c->said_n; i++) {
		c->all[i]->files = files;
		c->all[i]->files_all = 8;
		c->all[i]->marked = 0;
	}
	other->arrived++; /* that all be counted anew */
	OK(missed_count(other, &n) == ERR_OK && n == 0);
	for (size_t i = 100; i < c->said_n; i++)
		c->all[i]->files_all = 0;
	other->arrived++;
	OK(missed_count(other, &n) == ERR_OK && n == 1);
	for (size_t i = 0; i < c->said_n; i++) {
		c->all[i]->files = NULL;
		c->all[i]->files_all = 0;
	}
	end_team();
}

T_BEGIN
desk_tests_begin();
T(of_many_messages_with_files_not_every_choice_is_tried)
T_END
