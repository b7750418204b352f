/* The keys of a conversation that is restricted to named members. */
#include <string.h>

#include "age/envelope.h"
#include "alloc.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/circle.h"

static const uint8_t device[DEVICE_ID_BYTES] = { 7 };
#define TODAY 20780U

static void
one_key_holds_for_a_term(void)
{
	struct age_recipient first, last, next;
	struct circle c;

	circle_make(&c, TODAY, device);
	OK(c.chain.day <= TODAY && TODAY - c.chain.day < CIRCLE_DAYS);
	OK(circle_recipient(&first, &c, c.chain.day) == ERR_OK);
	OK(circle_recipient(&last, &c, c.chain.day + CIRCLE_DAYS - 1) ==
	    ERR_OK);
	OK(circle_recipient(&next, &c, c.chain.day + CIRCLE_DAYS) == ERR_OK);
	OK(age_recipient_is_same(&first, &last));
	OK(!age_recipient_is_same(&first, &next));
	OK(circle_recipient(&first, &c, c.chain.day - 1) == ERR_EXPIRED);
	circle_drop(&c);
}

static void
a_row_is_tried_with_all_terms_up_to_its_own(void)
{
	struct circle c;
	uint32_t at = 0, term, n = 0;

	circle_make(&c, TODAY, device);
	OK(!circle_next(&c, c.chain.day - 1, &at, &term) && at == 0);
	while (circle_next(&c, c.chain.day + 3 * CIRCLE_DAYS - 1, &at, &term))
		OK(term == c.chain.day + (2 - n++) * CIRCLE_DAYS);
	OK(n == 3);
	circle_drop(&c);
}

/* Somebody answered a letter that lay there for as long as could be. */
static void
a_key_lives_as_long_as_an_answer_can_be_read(void)
{
	struct circle_line line = { .finished = TODAY, .oldest = TODAY };
	struct circle c;
	uint32_t first;
	bool changed;

	circle_make(&c, TODAY, device);
	first = c.chain.day;
	line.finished = first + CIRCLE_DAYS + CIRCLE_LIES + CIRCLE_LATE;
	line.oldest = line.finished - CIRCLE_LIES;
	OK(circle_finish(&c, &line, &changed) == ERR_OK && !changed);
	line.finished++;
	line.oldest = first + CIRCLE_DAYS; /* it keeps things for longer */
	OK(circle_finish(&c, &line, &changed) == ERR_OK && !changed);
	line.oldest++;
	OK(circle_finish(&c, &line, &changed) == ERR_OK && changed);
	OK(c.chain.day == first + CIRCLE_DAYS);
	/* A line that says to keep all for ever keeps no key for ever. */
	line.oldest = 0;
	line.finished = first + 600;
	OK(circle_finish(&c, &line, &changed) == ERR_OK && changed);
	OK(c.chain.day > first + 150 && c.chain.day < first + 250);
	circle_drop(&c);
}

/* What was run over is gone: the seed of a term says nothing of those before.
 */
static void
what_went_opens_nothing_more(void)
{
	static uint8_t sealed[ENVELOPE_LETTER_BYTES];
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	struct circle_line line = { .oldest = TODAY + 900 };
	struct age_identity *id;
	struct age_recipient to;
	struct circle c;
	uint32_t at = 0, term;
	bool changed;

	circle_make(&c, TODAY, device);
	OK(circle_recipient(&to, &c, TODAY) == ERR_OK);
	OK(envelope_seal(sealed, sizeof sealed, &to, (const uint8_t *)"x", 1) ==
	    ERR_OK);
	OK(circle_identity(&id, &c, c.chain.day) == ERR_OK);
	OK(envelope_open(plain, id, sealed, sizeof sealed) == ERR_OK);
	age_identity_close(id);
	line.finished = TODAY + CIRCLE_DAYS + CIRCLE_LIES + CIRCLE_LATE + 1;
	OK(circle_finish(&c, &line, &changed) == ERR_OK && changed);
	while (circle_next(&c, TODAY + 300, &at, &term)) {
		OK(circle_identity(&id, &c, term) == ERR_OK);
		OK(envelope_open(plain, id, sealed, sizeof sealed) ==
		    ERR_NOKEY);
		age_identity_close(id);
	}
	circle_drop(&c);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(one_key_holds_for_a_term)
T(a_row_is_tried_with_all_terms_up_to_its_own)
T(a_key_lives_as_long_as_an_answer_can_be_read)
T(what_went_opens_nothing_more)
OK(alloc_held() == 0);
T_END
