/* What a letter says, as a desk keeps it, read from bytes that are damaged. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "crypt/crypt.h"
#include "desk/said.h"
#include "letter/part.h"
#include "line/said.h"
#include "t.h"

static void
write_full(struct buf *out)
{
	struct letter l;
	struct said *s;

	letter_init(&l, LETTER_FROM);
	memset(l.id, 5, sizeof l.id);
	memset(l.parts, 6, sizeof l.parts);
	l.day = 20001;
	l.slot = 3;
	l.seen = 9;
	l.more = true;
	l.text = "Something is wrong.";
	l.text_len = strlen(l.text);
	l.name = "A. Friend";
	l.answer_count = 2;
	l.answers[0] = (struct letter_answer){ "where", "in the yard" };
	l.answers[1] = (struct letter_answer){ "since-when", "2026-01-02" };
	l.file_count = 2;
	l.files[0] = (struct letter_file){
		.name = "whole.txt", .type = "text/plain", .size = 1234567
	};
	l.files[1] = (struct letter_file){ .name = "x", .type = "a/b" };
	s = said_of(&l, 20002);
	OK(s != NULL);
	s->arrived = 77;
	s->other_address = true;
	buf_init(out, 4096);
	OK(said_write(out, s) == ERR_OK);
	said_close(s);
}

/* Of what is read, every byte is written again: there is one way to say it. */
static enum err
read_and_write(const uint8_t *p, size_t n, size_t *used)
{
	struct said *s = NULL;
	struct buf again;
	enum err e;

	if ((e = said_read(&s, p, n, used)) != ERR_OK) {
		OK(s == NULL && e == ERR_FORMAT);
		return e;
	}
	OK(*used <= n && strlen(s->text) <= s->text_len);
	buf_init(&again, 8192);
	OK(said_write(&again, s) == ERR_OK);
	OK(again.len == *used && memcmp(again.at, p, *used) == 0);
	buf_drop(&again);
	said_close(s);
	return ERR_OK;
}

/* Read from memory that ends where the bytes do. */
static enum err
read_exact(const struct buf *b, size_t n)
{
	uint8_t *p = malloc(n + 1);
	size_t used = 0;
	enum err e;

	OK(p != NULL);
	memcpy(p, b->at, n);
	e = read_and_write(p, n, &used);
	OK(e != ERR_OK || used == n);
	free(p);
	return e;
}

static void
what_was_written_is_read(void)
{
	const char *question, *answer;
	struct said *s;
	struct buf b;
	size_t used, at = 0;

	write_full(&b);
	OK(buf_put_str(&b, "and more") == ERR_OK);
	OK(said_read(&s, b.at, b.len, &used) == ERR_OK && used == b.len - 8);
	OK(!s->ours && s->more && s->other_address && !s->asks_deletion);
	OK(s->arrived == 77 && s->day == 20001 && s->n == 9);
	OK(strcmp(s->text, "Something is wrong.") == 0);
	OK(strcmp(s->name, "A. Friend") == 0);
	OK(said_answer(s, &at, &question, &answer));
	OK(strcmp(question, "where") == 0);
	OK(strcmp(answer, "in the yard") == 0);
	OK(said_answer(s, &at, &question, &answer));
	OK(!said_answer(s, &at, &question, &answer));
	OK(s->files_n == 2 && strcmp(s->files[0].name, "whole.txt") == 0);
	OK(s->files[0].is_text && s->files[0].count == 2);
	OK(s->files[0].size == 1234567 && !s->files[1].is_text);
	said_close(s);
	buf_drop(&b);
}

static void
what_is_no_text_is_refused(void)
{
	static const char *const texts[] = { "Something", "A. Friend", "where",
		"in the yard", "since-when", "whole.txt", "text/plain" };
	struct buf b;
	uint8_t *at;

	write_full(&b);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		at = memmem(b.at, b.len, texts[i], strlen(texts[i]));
		OK(at != NULL);
		*at ^= 0x80;
		OK(read_exact(&b, b.len) == ERR_FORMAT);
		*at ^= 0x80;
	}
	OK(read_exact(&b, b.len) == ERR_OK);
	buf_drop(&b);
}

static void
bytes_that_lack_are_refused(void)
{
	struct buf b;

	write_full(&b);
	OK(read_exact(&b, b.len) == ERR_OK);
	for (size_t n = 0; n < b.len; n++)
		OK(read_exact(&b, n) == ERR_FORMAT);
	buf_drop(&b);
	OK(alloc_held() == 0);
}

/* Any byte as anything: refused, or read as exactly what it says. */
static void
bytes_that_are_wrong_are_refused_or_read_as_they_stand(void)
{
	struct buf b;
	uint8_t was;
	size_t used;

	write_full(&b);
	for (size_t i = 0; i < b.len; i++) {
		was = b.at[i];
		for (unsigned v = 0; v < 256; v++) {
			b.at[i] = (uint8_t)v;
			(void)read_and_write(b.at, b.len, &used);
		}
		b.at[i] = was;
	}
	buf_drop(&b);
	OK(alloc_held() == 0);
}

static void
bytes_of_chance_are_refused_or_read_as_they_stand(void)
{
	uint8_t p[400];
	size_t used;

	for (unsigned i = 0; i < 20000; i++) {
		crypt_random(p, sizeof p);
		/* Small lengths, so that it gets past them. */
		if (i % 2 == 0) {
			memset(p + 85, 0, 13);
			p[88] = (uint8_t)i;
			p[92] = (uint8_t)(i >> 8);
			p[97] = (uint8_t)(i % 40);
		}
		(void)read_and_write(p, sizeof p, &used);
	}
	OK(alloc_held() == 0);
}

/* Where things stand in the bytes. */
#define HAS_DOOR 64U
#define AT_DOOR 85U
#define AT_ANSWERS_LEN 89U
#define AT_FILES 97U
#define AT_TEXT 98U

static void
answers_without_an_end_and_files_without_number_are_refused(void)
{
	const size_t text = strlen("Something is wrong.");
	struct buf b;
	size_t end, used;
	uint8_t file[6 + 8 + SHA256_BYTES + 4 + 4 + 1]; /* "x", "a/b" */

	write_full(&b);
	OK(enc_get_u32(b.at + AT_ANSWERS_LEN) == 6 + 12 + 11 + 11);
	end = AT_TEXT + text + 40;
	OK(b.at[end - 1] == 0);
	b.at[end - 1] = 'x'; /* an answer that goes on into the name */
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	b.at[end - 1] = 0;
	b.at[end - 12] = 'x'; /* a question without an answer */
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	b.at[end - 12] = 0;
	OK(read_and_write(b.at, b.len, &used) == ERR_OK);
	memcpy(file, b.at + b.len - sizeof file, sizeof file);
	while (b.at[AT_FILES] <= LETTER_FILES_MAX) {
		OK(read_exact(&b, b.len) == ERR_OK);
		OK(buf_put(&b, file, sizeof file) == ERR_OK);
		b.at[AT_FILES]++;
	}
	OK(read_exact(&b, b.len) == ERR_FORMAT);
	buf_drop(&b);
	OK(alloc_held() == 0);
}

/* Whoever packs for others signs no letter of it: what a desk counts by is
 * what the sizes say. */
static void
parts_that_the_sizes_do_not_make_are_refused(void)
{
	const size_t last = 1 + 1 + 1 + 3 + 8 + SHA256_BYTES; /* "x", "a/b" */
	uint8_t *first, *size;
	struct buf b;
	size_t used;

	write_full(&b);
	first = b.at + b.len - 9;
	size = first - SHA256_BYTES - 8;
	OK(b.at + b.len - 9 - last + 1 == size - 5);
	OK(enc_get_u32(first) == 2 && enc_get_u64(size) == 0);
	enc_put_u32(first + 4, 1);
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	enc_put_u64(size, 1);
	OK(read_and_write(b.at, b.len, &used) == ERR_OK);
	enc_put_u32(first, 3);
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	enc_put_u32(first, 2);
	enc_put_u64(size, LETTER_FILE_BYTES_MAX);
	enc_put_u32(first + 4, part_count(LETTER_FILE_BYTES_MAX));
	OK(read_and_write(b.at, b.len, &used) == ERR_OK);
	enc_put_u64(size, LETTER_FILE_BYTES_MAX + 1);
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	enc_put_u64(size, UINT64_MAX);
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	buf_drop(&b);
}

static void
what_has_a_second_spelling_is_refused(void)
{
	static const uint8_t none[LETTER_DOOR_BYTES];
	struct buf b, door;
	size_t used;

	write_full(&b);
	b.at[AT_TEXT + 3] = 0;
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	b.at[AT_TEXT + 3] = 'e';
	/* A door of zeros is none. */
	buf_init(&door, 8192);
	OK(buf_put(&door, b.at, AT_DOOR) == ERR_OK &&
	    buf_put(&door, none, sizeof none) == ERR_OK &&
	    buf_put(&door, b.at + AT_DOOR, b.len - AT_DOOR) == ERR_OK);
	door.at[0] |= HAS_DOOR;
	OK(read_and_write(door.at, door.len, &used) == ERR_FORMAT);
	door.at[AT_DOOR] = 1;
	OK(read_and_write(door.at, door.len, &used) == ERR_OK);
	/* A cut text has its whole as the first file. */
	b.at[b.len - 1] = 1;
	OK(read_and_write(b.at, b.len, &used) == ERR_FORMAT);
	buf_drop(&door);
	buf_drop(&b);
	OK(alloc_held() == 0);
}

/* What a process of the line says for the log is a number of the list. */
static void
a_number_that_is_none_says_nothing(void)
{
	uint32_t n = 0;

	while (said_sentence(n) != NULL) {
		OK(n == 0 || said_number(said_sentence(n)) == n);
		n++;
	}
	OK(n > 5);
	for (uint32_t i = n; i < n + 1000; i++)
		OK(said_sentence(i) == NULL);
	OK(said_sentence(UINT32_MAX) == NULL);
	OK(said_number("no sentence of ours") == 0 && said_number("") == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(what_was_written_is_read)
T(what_is_no_text_is_refused)
T(bytes_that_lack_are_refused)
T(bytes_that_are_wrong_are_refused_or_read_as_they_stand)
T(bytes_of_chance_are_refused_or_read_as_they_stand)
T(answers_without_an_end_and_files_without_number_are_refused)
T(parts_that_the_sizes_do_not_make_are_refused)
T(what_has_a_second_spelling_is_refused)
T(a_number_that_is_none_says_nothing)
T_END
