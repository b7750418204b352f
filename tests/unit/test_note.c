#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/enc.h"
#include "crypt/crypt.h"
#include "note/note.h"
#include "t.h"

/* The example of golang.org/x/mod/sumdb/note: its signer's seed and public
 * key, and those of the second signer. */
#define GO_TEXT \
	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define GO_SIGNED GO_TEXT "\n" PETER
#define DASH "\xe2\x80\x94 "
#define PETER \
	DASH \
	    "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN" \
	    "1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH \
	DASH \
	    "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF" \
	    "1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

static uint8_t peter_seed[32], peter[32], enoch[32];

/* A type byte, then the key, in base64. */
static void
key_of(uint8_t key[static 32], const char *code)
{
	uint8_t typed[33];

	OK(enc_base64_read(typed, 33, code, strlen(code)) == ERR_OK);
	OK(typed[0] == 1);
	memcpy(key, typed + 1, 32);
}

static void
keys(void)
{
	key_of(peter_seed, "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
	key_of(peter, "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
	key_of(enoch, "ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop");
}

static enum err
read_and_check(const char *s, const char *name, const uint8_t pub[static 32])
{
	struct note n;
	enum err e;

	if ((e = note_read(&n, s, strlen(s))) != ERR_OK)
		return e;
	return note_check(&n, name, pub);
}

static void
a_note_is_signed_as_others_sign_it(void)
{
	struct buf b;

	buf_init(&b, 4096);
	OK(note_sign(&b, GO_TEXT, strlen(GO_TEXT), "PeterNeumann",
	       peter_seed) == ERR_OK);
	OK(b.len == strlen(GO_SIGNED) && memcmp(b.at, GO_SIGNED, b.len) == 0);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
notes_that_others_signed_are_believed(void)
{
	OK(read_and_check(GO_SIGNED, "PeterNeumann", peter) == ERR_OK);
	OK(read_and_check(GO_SIGNED ENOCH, "PeterNeumann", peter) == ERR_OK);
	OK(read_and_check(GO_SIGNED ENOCH, "EnochRoot", enoch) == ERR_OK);
	OK(read_and_check(GO_SIGNED, "EnochRoot", enoch) == ERR_NOKEY);
	/* The name is as much part of a key as its bytes. */
	OK(read_and_check(GO_SIGNED, "PeterNeumann", enoch) == ERR_NOKEY);
	OK(read_and_check(GO_SIGNED, "Peter", peter) == ERR_NOKEY);
}

static void
the_text_ends_at_the_last_empty_line(void)
{
	static const char s[] = "a\n\nb\n\n" PETER;
	struct note n;

	OK(note_read(&n, s, strlen(s)) == ERR_OK);
	OK(n.text_len == 5 && n.count == 1);
	OK(note_check(&n, "PeterNeumann", peter) == ERR_FORGED);
}

static void
a_known_keys_bad_signature_refuses_the_note(void)
{
	static const struct {
		const char *why, *note;
		enum err want;
	} rows[] = {
		{ "another text", "x\n\n" PETER, ERR_FORGED },
		{ "a right line and a wrong one",
		    GO_TEXT "\n" PETER DASH
			    "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8"
			    "pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyB"
			    "wJnAA=\n",
		    ERR_FORGED },
		{ "a shorter one",
		    GO_TEXT "\n" PETER DASH "PeterNeumann x08go/ZJkuBS9UG/\n",
		    ERR_FORGED },
		{ "the shortest there is",
		    GO_TEXT "\n" DASH "PeterNeumann x08go/Y=\n", ERR_FORGED },
		{ "another id under the name",
		    GO_TEXT "\n" PETER DASH "PeterNeumann x08ho/ZJkuBS9UG/\n",
		    ERR_OK },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(read_and_check(rows[i].note, "PeterNeumann", peter) ==
		    rows[i].want);
}

static void
only_exact_notes_are_read(void)
{
	static const struct {
		const char *why, *note;
	} rows[] = {
		{ "nothing", "" },
		{ "text alone", GO_TEXT },
		{ "no signature", GO_TEXT "\n" },
		{ "no empty line", GO_TEXT PETER },
		{ "no text", "\n" PETER },
		{ "cut before the last newline", "a\n\n" DASH "x AAAAAAA=" },
		{ "a control character", "a\tb\n\n" PETER },
		{ "a carriage return", "a\r\n\n" PETER },
		{ "no UTF-8", "\xff\n\n" PETER },
		{ "a hyphen for the dash", "a\n\n- x AAAAAAA=\n" },
		{ "no name", "a\n\n" DASH " AAAAAAA=\n" },
		{ "a name with a plus", "a\n\n" DASH "a+b AAAAAAA=\n" },
		{ "a name with a wide space",
		    "a\n\n" DASH "a\xe3\x80\x80"
		    "b AAAAAAA=\n" },
		{ "two spaces", "a\n\n" DASH "x  AAAAAAA=\n" },
		{ "something behind", "a\n\n" DASH "x AAAAAAA= \n" },
		{ "no base64", "a\n\n" DASH "x AAAA*AA=\n" },
		{ "no padding", "a\n\n" DASH "x AAAAAAA\n" },
		{ "padding inside", "a\n\n" DASH "x AAA=AAAA\n" },
		{ "trailing bits", "a\n\n" DASH "x AAAAAAB=\n" },
		{ "an id alone", "a\n\n" DASH "x AAAAAA==\n" },
		{ "a line that is no signature", "a\n\n" PETER "b\n" },
		{ "an empty line behind", "a\n\n" PETER "\n" },
	};
	struct note n = { .count = 7 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(note_read(&n, rows[i].note, strlen(rows[i].note)) ==
		    ERR_FORMAT);
		OK(n.count == 7);
	}
	OK(note_read(&n, "a\n\0\n\n" PETER, 5 + strlen(PETER)) == ERR_FORMAT);
}

static void
sixteen_signatures_are_read_and_no_more(void)
{
	struct buf b;
	char name[8];
	struct note n;

	buf_init(&b, 8192);
	OK(note_sign(&b, "a\n", 2, "k", peter_seed) == ERR_OK);
	for (int i = 1; i < 16; i++) {
		snprintf(name, sizeof name, "k%d", i);
		OK(note_add_signature(&b, name, peter_seed) == ERR_OK);
	}
	OK(note_read(&n, (const char *)b.at, b.len) == ERR_OK);
	OK(n.count == 16 && note_check(&n, "k15", peter) == ERR_OK);
	OK(note_add_signature(&b, "k16", peter_seed) == ERR_TOOBIG);
	OK(buf_put_str(&b, PETER) == ERR_OK);
	OK(note_read(&n, (const char *)b.at, b.len) == ERR_FORMAT);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_text_or_name_that_no_note_can_have_is_not_signed(void)
{
	struct buf b;

	buf_init(&b, 4096);
	OK(note_sign(&b, "a", 1, "k", peter_seed) == ERR_FORMAT);
	OK(note_sign(&b, "", 0, "k", peter_seed) == ERR_FORMAT);
	OK(note_sign(&b, "\t\n", 2, "k", peter_seed) == ERR_FORMAT);
	OK(note_sign(&b, "a\n", 2, "k k", peter_seed) == ERR_FORMAT);
	OK(note_sign(&b, "a\n", 2, "", peter_seed) == ERR_FORMAT);
	OK(note_sign(&b, "a\n", 2, "k+", peter_seed) == ERR_FORMAT);
	OK(b.len == 0);
	b.limit = 40;
	OK(note_sign(&b, "a\n", 2, "k", peter_seed) == ERR_TOOBIG);
	OK(b.len == 0);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
the_first_line_says_the_kind(void)
{
	static const struct {
		const char *text;
		enum err want;
	} rows[] = {
		{ "sotto/1 letter\n{}\n", ERR_OK },
		{ "sotto/1 letters\n{}\n", ERR_VERSION },
		{ "sotto/2 letter\n{}\n", ERR_VERSION },
		{ "sotto/1 reply\n{}\n", ERR_VERSION },
		{ "sotto/1 letter \n{}\n", ERR_VERSION },
		{ "sotto/1 letter\n", ERR_FORMAT },
		{ "sotto/1 letter\n\n", ERR_FORMAT },
		{ "sotto/1 letter\n{}\n{}\n", ERR_FORMAT },
		{ "x\n", ERR_VERSION },
	};
	const char *json;
	struct buf b;
	struct note n;
	size_t len;

	buf_init(&b, 4096);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&b);
		OK(note_sign(&b, rows[i].text, strlen(rows[i].text), "k",
		       peter_seed) == ERR_OK);
		OK(note_read(&n, (const char *)b.at, b.len) == ERR_OK);
		OK(note_body(&n, "letter", &json, &len) == rows[i].want);
	}
	buf_clear(&b);
	OK(note_put_text(&b, "letter", "{}", 2) == ERR_OK);
	OK(b.len == strlen(rows[0].text) &&
	    memcmp(b.at, rows[0].text, b.len) == 0);
	buf_drop(&b);
}

static void
refused_memory_leaves_nothing_half_signed(void)
{
	struct buf b;
	enum err e = ERR_NOMEM;

	for (unsigned n = 1; e != ERR_OK; n++) {
		buf_init(&b, 4096);
		alloc_refuse(n);
		if ((e = note_sign(&b, "a\n", 2, "k", peter_seed)) == ERR_OK)
			e = note_add_signature(&b, "j", peter_seed);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		buf_drop(&b);
		OK(alloc_held() == 0 && alloc_dirty() == 0);
		OK(n < 100);
	}
}

T_BEGIN
OK(crypt_init() == ERR_OK);
keys();
T(a_note_is_signed_as_others_sign_it)
T(notes_that_others_signed_are_believed)
T(the_text_ends_at_the_last_empty_line)
T(a_known_keys_bad_signature_refuses_the_note)
T(only_exact_notes_are_read)
T(sixteen_signatures_are_read_and_no_more)
T(a_text_or_name_that_no_note_can_have_is_not_signed)
T(the_first_line_says_the_kind)
T(refused_memory_leaves_nothing_half_signed)
T_END
