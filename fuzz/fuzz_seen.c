/* What a line shows a source: a page, the head of an answer, and what is kept
 * of it.  Whatever comes, what is said of it is short and can be shown, and a
 * page that is drawn again from what was read of it differs in nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "desk/look.h"

#include "cmd/look_pages.c"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check(const struct seen_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct seen_found *f = &l->at[i];

		if ((f->sees[0] != '\0' &&
			!text_is_line(f->sees, strlen(f->sees))) ||
		    (f->ours[0] != '\0' &&
			!text_is_line(f->ours, strlen(f->ours))))
			abort();
	}
}

static void
page(enum seen_page which, const uint8_t *p, size_t n)
{
	struct seen_line *line = calloc(2, sizeof *line);
	struct seen_own own = { .door = "00010203" };
	struct seen_list found = { .n = 0 };
	struct buf got, ours;

	buf_init(&got, n);
	buf_init(&ours, 4 * SEEN_PAGE_MAX);
	if (line == NULL || buf_put(&got, p, n) != ERR_OK)
		abort();
	line[0].doors_n = 1;
	line[0].doors[0] = (struct seen_door){ "00010203", "Desk", "" };
	if (seen_read_line(&line[1], &line[0], &got, &look_pages) != ERR_OK)
		abort();
	seen_read_own(&own, which, &got);
	seen_settings(&found, &line[1], &line[0]);
	if (look_pages.draw(&ours, which, &line[1], &own) != ERR_OK ||
	    seen_compare(&found, which, &got, &ours, &line[1]) != ERR_OK)
		abort();
	check(&found);
	/* A drawing is read as it was drawn. */
	found.n = 0;
	if (which == SEEN_START) {
		line[0] = line[1];
		if (seen_read_line(&line[1], &line[0], &ours, &look_pages) !=
		    ERR_OK)
			abort();
		buf_clear(&got);
		got.limit = ours.limit;
		if (look_pages.draw(&got, which, &line[1], &own) != ERR_OK ||
		    seen_compare(&found, which, &ours, &got, &line[1]) !=
			ERR_OK ||
		    found.n != 0)
			abort();
	}
	buf_drop(&got);
	buf_drop(&ours);
	free(line);
}

static void
state(const uint8_t *p, size_t n)
{
	struct look_state *s = calloc(1, sizeof *s);
	struct buf one, two;

	buf_init(&one, LOOK_STATE_MAX * 8);
	buf_init(&two, LOOK_STATE_MAX * 8);
	if (s == NULL)
		abort();
	if (look_state_read(s, p, n) == ERR_OK) {
		if (look_state_write(&one, s) != ERR_OK ||
		    look_state_read(s, one.at, one.len) != ERR_OK ||
		    look_state_write(&two, s) != ERR_OK || one.len != two.len ||
		    memcmp(one.at, two.at, one.len) != 0)
			abort();
	}
	buf_drop(&one);
	buf_drop(&two);
	look_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct seen_list found = { .n = 0 };
	struct buf head;

	if (n == 0)
		return 0;
	n--;
	if (*p % 8 < SEEN_PAGES) {
		page((enum seen_page)(*p % 8), p + 1, n);
	} else if (*p % 8 == 7) {
		state(p + 1, n);
	} else {
		buf_init(&head, n);
		if (buf_put(&head, p + 1, n) != ERR_OK)
			abort();
		seen_head(&found, SEEN_START, &head, 7);
		check(&found);
		buf_drop(&head);
	}
	return 0;
}
