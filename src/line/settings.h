/*
 * settings: the file DIR/line/settings, text that a person can edit.
 *
 * One `key value` a line, the first line `sotto line settings 1`; empty lines
 * and lines that begin with # are skipped.  A key that is not known, comes
 * twice (but `host` and `question`), or has a value out of range makes the
 * whole file wrong.
 *
 *	line 00112233445566778899aabbccddeeff   must be there
 *	name Example Rights Group               must be there
 *	retention 90               days an envelope is kept
 *	quota 21474836480          bytes the pool may take; left out or 0:
 *	                           nine tenths of what is free
 *	file-max 2147483648        bytes of a file from a browser
 *	tell-max 8589934592        bytes of a file from `sotto tell`
 *	text-max 100000            characters of a message
 *	floor-letters 64           a closed day is filled up to this
 *	floor-parts 16             and so are its parts
 *	listen 127.0.0.1:8440      or unix:/path
 *	listen-desk 127.0.0.1:8441
 *	host example.onion         a name we answer to; up to eight lines
 *	title Write to us          words of the start page
 *	about Who we are.
 *	readers Two people of our team.
 *	question since text Since when?   asked with every message; up to
 *	                           eight lines, see question.h
 */
#ifndef LINE_SETTINGS_H
#define LINE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/question.h"

#define SETTINGS_MAX 65536U /* bytes of the file */
#define SETTINGS_HOSTS 8U
#define SETTINGS_HOST_MAX 128U
#define SETTINGS_QUESTIONS QUESTIONS_MAX
#define SETTINGS_NAME_MAX 128U
#define SETTINGS_TEXT_MAX 4096U
#define SETTINGS_ADDRESS_MAX 160U

/* Held by value; every text ends with a NUL, and is empty when not given. */
struct settings {
	uint8_t line[16];
	uint32_t retention;
	uint64_t quota;
	uint64_t file_max;
	uint64_t tell_max;
	uint32_t text_max;
	uint32_t floor_letters;
	uint32_t floor_parts;
	char name[SETTINGS_NAME_MAX];
	char listen[SETTINGS_ADDRESS_MAX];
	char listen_desk[SETTINGS_ADDRESS_MAX];
	char host[SETTINGS_HOSTS][SETTINGS_HOST_MAX];
	unsigned hosts;
	char title[SETTINGS_TEXT_MAX];
	char about[SETTINGS_TEXT_MAX];
	char readers[SETTINGS_TEXT_MAX];
	struct question question[SETTINGS_QUESTIONS];
	unsigned questions;
};

/* The defaults; line and name are empty. */
void settings_init(struct settings *s);

/* Read the file's `n` bytes.  `*s` is set only on success.  ERR_FORMAT,
 * ERR_VERSION, ERR_MISSING (line or name).  `*where`, if not NULL, becomes the
 * number of the line that is wrong. */
enum err settings_read(
    struct settings *s, const uint8_t *p, size_t n, unsigned *where) MUST_USE;

/* Append the file; only what is not a default is written. */
enum err settings_write(struct buf *out, const struct settings *s) MUST_USE;

#endif
