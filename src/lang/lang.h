/*
 * lang: the words of the pages in the reader's language.
 *
 * The code says everything in English; that sentence is the key under which
 * translators find it (gettext, lang/NAME.po).  The catalogues are compiled in
 * as the .mo files that msgfmt makes of them.  A sentence that a catalogue
 * lacks is said in English.
 *
 * LANG_N() marks a sentence that stands in a table and is looked up later.
 */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lang {
	const char *code; /* BCP 47: en, de, ar */
	const char *name; /* its own name: English, Deutsch */
	bool rtl; /* written from right to left */
	const uint8_t *mo; /* a .mo file, or NULL: the sentences themselves */
	size_t mo_len;
};

#define LANG_N(sentence) sentence

/* Every language compiled in, English first; how many goes to `*count`. */
const struct lang *lang_all(size_t *count);

/* The language of that code, or NULL. */
const struct lang *lang_find(const char *code);

/* The best of ours for the value of an Accept-Language header (NULL: none
 * sent).  Never NULL. */
const struct lang *lang_choose(const char *accept);

/* The sentence in that language.  What comes back lives as long as the
 * catalogue; it is never NULL. */
const char *lang_text(const struct lang *lang, const char *english);

#endif
