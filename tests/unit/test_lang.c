#include <string.h>

#include "base/err.h"
#include "lang/lang.h"
#include "t.h"

/* A .mo file by hand: two sentences beside the header's empty one.  Tables at
 * 28 and 52, strings from 76 on. */
static const uint8_t mo[] = { 0xde, 0x12, 0x04, 0x95, 0, 0, 0, 0, 3, 0, 0, 0,
	28, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* sentences: "", "No", "Yes" */
	0, 0, 0, 0, 76, 0, 0, 0, 2, 0, 0, 0, 77, 0, 0, 0, 3, 0, 0, 0, 80, 0, 0,
	0,
	/* translations: "", "Nein", "Ja" */
	0, 0, 0, 0, 76, 0, 0, 0, 4, 0, 0, 0, 84, 0, 0, 0, 2, 0, 0, 0, 89, 0, 0,
	0, 0, 'N', 'o', 0, 'Y', 'e', 's', 0, 'N', 'e', 'i', 'n', 0, 'J', 'a',
	0 };

static void
a_sentence_is_said_in_the_language_or_else_in_english(void)
{
	const struct lang de = { "de", "Deutsch", false, mo, sizeof mo };
	const struct lang *en = lang_find("EN");

	OK(en != NULL && strcmp(lang_text(en, "Yes"), "Yes") == 0);
	OK(strcmp(lang_text(&de, "Yes"), "Ja") == 0);
	OK(strcmp(lang_text(&de, "No"), "Nein") == 0);
	OK(strcmp(lang_text(&de, "Maybe"), "Maybe") == 0);
	OK(strcmp(lang_text(&de, "A"), "A") == 0);
	OK(lang_find("tlh") == NULL);
}

static void
a_cut_catalogue_is_never_read_past_its_end(void)
{
	struct lang de = { "de", "Deutsch", false, NULL, 0 };
	uint8_t *cut;
	const char *s;

	for (size_t n = 0; n < sizeof mo; n++) {
		OK((cut = malloc(n + 1)) != NULL);
		memcpy(cut, mo, n);
		de.mo = cut;
		de.mo_len = n;
		s = lang_text(&de, "Yes");
		OK(strcmp(s, "Yes") == 0 || strcmp(s, "Ja") == 0);
		memset(cut, 0, n + 1);
		free(cut);
	}
}

static void
whatever_a_browser_accepts_there_is_a_language(void)
{
	static const char *const rows[] = { "", "en", "en-US,en;q=0.5", "*",
		"tlh;q=1", ";;;,,,", "en;q=", "q=1;en", "en;q=0.0000000001",
		",", "en;q=9999999999" };

	OK(strcmp(lang_choose(NULL)->code, "en") == 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		OK(strcmp(lang_choose(rows[i])->code, "en") == 0);
}

T_BEGIN
T(a_sentence_is_said_in_the_language_or_else_in_english)
T(a_cut_catalogue_is_never_read_past_its_end)
T(whatever_a_browser_accepts_there_is_a_language)
T_END
