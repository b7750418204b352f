#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypt/crypt.h"
#include "desk/seek.h"
#include "desk_team.h"

/* As slowly as can be. */
static size_t
count_slowly(const char *text, size_t n, const char *word, size_t len)
{
	size_t found = 0, k;

	for (size_t i = 0; i + len <= n; i++) {
		for (k = 0;
		     k < len && text_lower(text[i + k]) == text_lower(word[k]);)
			k++;
		if (k == len) {
			found++;
			i += len - 1;
		}
	}
	return found;
}

static void
make_any(char *out, size_t n)
{
	static const char abc[] = "aAbB@[`{\n\xc3";

	for (size_t i = 0; i < n; i++)
		out[i] = abc[crypt_random_below(sizeof abc - 1)];
}

static void
words_are_found_wherever_they_stand(void)
{
	char text[100], word[5];

	for (unsigned round = 0; round < 20000; round++) {
		const size_t n = crypt_random_below(sizeof text);
		const size_t len = 1 + crypt_random_below(sizeof word - 1);
		/* No byte beside it may be read: the sanitizers look. */
		char *alone = malloc(n + 1);

		OK(alone != NULL);
		make_any(text, n);
		make_any(word, len);
		memcpy(alone, text, n);
		alone = realloc(alone, n > 0 ? n : 1);
		OK(alone != NULL);
		OK(seek_count(alone, n, word, len, 255) ==
		    count_slowly(text, n, word, len));
		OK(seek_count(alone, n, word, len, 1) ==
		    (count_slowly(text, n, word, len) > 0));
		free(alone);
	}
}

static void
the_letter_that_says_it_oftest_comes_first_and_seldom_words_weigh_more(void)
{
	static const char *const texts[] = {
		"the river and the bridge and much more that was said there",
		"Bridge, bridge, bridge.",
		"the river",
		"the bridge of the river; the permit is for the river",
	};
	static struct {
		const char *words;
		size_t n, first;
	} rows[] = {
		{ "bridge", 3, 1 },
		{ "RIVER", 3, 2 },
		{ "permit  the ", 1, 3 },
		{ "the river", 3, 2 },
		{ "tunnel", 0, 0 },
		{ " ", 0, 0 },
	};
	struct writer writers[COUNT(texts)];
	struct sync_report rep;
	size_t *places, n;

	begin_all();
	for (uint8_t i = 0; i < COUNT(texts); i++) {
		writer_make(&writers[i], (uint8_t)(i + 1));
		send(&writers[i], &(struct what){ .text = texts[i] });
	}
	OK(sync_run(desk, reach, &rep) == ERR_OK);
	OK(desk_count(desk) == COUNT(texts));
	for (unsigned i = 0; i < COUNT(rows); i++) {
		places = NULL;
		OK(seek_ranked(desk, rows[i].words, &places, &n) == ERR_OK);
		OK(n == rows[i].n);
		OK(n == 0 ||
		    strcmp(desk_at(desk, places[0])->said[0]->text,
			texts[rows[i].first]) == 0);
		for (size_t k = 0; k < n; k++)
			OK(seek_has(desk_at(desk, places[k]), rows[i].words));
		free(places);
	}
	end_all();
}

T_BEGIN
desk_tests_begin();
T(words_are_found_wherever_they_stand)
T(the_letter_that_says_it_oftest_comes_first_and_seldom_words_weigh_more)
T_END
