/*
 * script: which writing a character belongs to (Unicode's Script property, in
 * broad blocks), and which shapes of different letters are taken for the same
 * (a choice of Unicode's confusables, those of Latin, Greek, Cyrillic and
 * Armenian).  What has no row is SCRIPT_OTHER: all of them one.
 */
#ifndef LETTER_SCRIPT_H
#define LETTER_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

enum script {
	SCRIPT_COMMON, /* digits, punctuation, marks, symbols: goes with all */
	SCRIPT_LATIN,
	SCRIPT_GREEK,
	SCRIPT_CYRILLIC,
	SCRIPT_ARMENIAN,
	SCRIPT_HEBREW,
	SCRIPT_ARABIC,
	SCRIPT_SYRIAC,
	SCRIPT_DEVANAGARI,
	SCRIPT_BENGALI,
	SCRIPT_GURMUKHI,
	SCRIPT_GUJARATI,
	SCRIPT_TAMIL,
	SCRIPT_TELUGU,
	SCRIPT_KANNADA,
	SCRIPT_MALAYALAM,
	SCRIPT_SINHALA,
	SCRIPT_THAI,
	SCRIPT_LAO,
	SCRIPT_TIBETAN,
	SCRIPT_MYANMAR,
	SCRIPT_GEORGIAN,
	SCRIPT_ETHIOPIC,
	SCRIPT_KHMER,
	SCRIPT_MONGOLIAN,
	SCRIPT_KANA,
	SCRIPT_HANGUL,
	SCRIPT_HAN,
	SCRIPT_OTHER,
};

enum script script_of(uint32_t c);

/* May a name that began in `first` go on with a character of `s`?  Its own
 * script and SCRIPT_COMMON; Han also goes with kana and Hangul. */
bool script_goes_with(enum script first, enum script s);

/* Is it a space of any kind? */
bool script_is_space(uint32_t c);

/* The letter a character is taken for: lower case, without accent, of Latin
 * where Latin has the shape; 0 for what the eye passes over (spaces, points,
 * marks). */
uint32_t script_shape(uint32_t c);

#endif
