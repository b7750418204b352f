/*
 * name: names that strangers give, made fit to be shown.
 *
 * A file's name loses its path, everything that steers instead of showing, and
 * the characters no file system should meet; a source's chosen name is cut to
 * 40 characters of one script.  Names that look alike have one skeleton.
 */
#ifndef LETTER_NAME_H
#define LETTER_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_FILE_MAX 100U /* bytes; the ending is kept when it is cut */
#define NAME_CHOSEN_CHARS 40U
#define NAME_CHOSEN_BYTES (NAME_CHOSEN_CHARS * 4U + 1) /* with NUL */

/* What had to be done to a chosen name. */
enum name_mark {
	NAME_AS_IS = 0,
	NAME_CUT = 1 << 0, /* was longer */
	NAME_MIXED = 1 << 1, /* went on in another script */
	NAME_CLEANED = 1 << 2, /* had characters that do not show */
};

/* The name a file is written under in a letter, shown and saved by: never
 * empty, no slash or backslash, no control or bidirectional character, no
 * leading dot, no name that Windows keeps for itself; at most NAME_FILE_MAX
 * bytes and a NUL.  `p` may be anything.  What it returns it returns again. */
void name_file(char out[static NAME_FILE_MAX + 1], const char *p, size_t n);

/* The chosen name as it is shown; may be empty.  Returns enum name_mark's
 * bits.  `p` may be anything. */
unsigned name_chosen(
    char out[static NAME_CHOSEN_BYTES], const char *p, size_t n);

/* Do two names look alike to a hurried reader (case, spaces, marks, letters of
 * Latin, Greek and Cyrillic that share a shape, 0 and o, 1 and l, rn and m)?
 * Equal names do. */
bool name_looks_like(const char *a, const char *b);

/* A name's look as bytes, so that many can be compared: those of two names are
 * equal when name_looks_like() says so. */
#define NAME_SHAPE_BYTES 16U
void name_shape(uint8_t shape[static NAME_SHAPE_BYTES], const char *name);

#endif
