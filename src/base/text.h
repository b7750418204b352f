/*
 * text: UTF-8 (RFC 3629) as strangers send it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read one character of at most `n` bytes at `p`.  Returns how many bytes it
 * takes, 0 for what is not UTF-8 (overlong, surrogate, past U+10FFFF, cut). */
size_t text_char(uint32_t *c, const char *p, size_t n);

/* Write the character `c` (a scalar value); returns its 1 to 4 bytes. */
size_t text_put_char(char out[static 4], uint32_t c);

/* Are these `n` bytes UTF-8 throughout, without NUL? */
bool text_is_utf8(const char *p, size_t n);

/* How many characters; `p` must be UTF-8. */
size_t text_chars(const char *p, size_t n);

/* Does nothing of it show: spaces of any kind and line ends only?  True of
 * nothing; false of what is not UTF-8. */
bool text_is_blank(const char *p, size_t n);

/* The greatest length not above `max` bytes that does not split a character of
 * the UTF-8 at `p`. */
size_t text_cut(const char *p, size_t n, size_t max);

/* Does this character steer rather than show: C0 and C1 controls other than
 * tab and line feed, U+2028, U+2029, bidirectional controls, zero-width
 * characters that hide, byte order mark, noncharacters? */
bool text_is_control(uint32_t c);

/* May it stand in a line of a file, of a page and of a terminal: UTF-8 without
 * a character that steers, tab or line feed?  True of nothing. */
bool text_is_line(const char *p, size_t n);

/* Letters A to Z without their case; other bytes as they are. */
char text_lower(char c);

/* Are two C strings the same but for the case of A to Z? */
bool text_same_nocase(const char *a, const char *b);

#endif
