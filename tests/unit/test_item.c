/* The words of an item of evidence. */
#include <string.h>

#include "alloc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "evidence/item.h"
#include "note/json.h"
#include "t.h"
#include "vectors.h"

static char big[ITEM_URL_MAX + 2];

/* Those of doc/vectors/evidence.txt, in their order. */
static void
an_item(struct item *it, enum item_from from)
{
	item_init(it);
	it->name = "numbers \"2\".pdf";
	it->type = "application/pdf";
	it->size = 48213;
	sha256(it->sha256, "the file", 8);
	memset(it->salt, 0x5a, sizeof it->salt);
	it->from = from;
	memset(it->letter, 0x1d, sizeof it->letter);
	it->file = 1;
	it->url = "https://example.org/минутки?a=1&b=2";
	it->day = 20780;
	memset(it->by, 7, sizeof it->by);
	memset(it->parent, 0xe1, sizeof it->parent);
	it->tool = "pdftoppm";
	it->version = "22.12.0";
	it->arguments[0] = "-r";
	it->arguments[1] = "150";
	it->arguments_n = 2;
	it->report = "12 pages.\nNo text is left.";
}

static void
words_come_back_and_the_vectors_are_what_is_written(void)
{
	static const char *const names[] = { "letter", "brought", "made" };
	struct item it, got;
	struct vectors v;
	struct buf words;

	buf_init(&words, ITEM_MAX);
	vectors_open(&v, "doc/vectors/evidence.txt");
	OK(vectors_next(&v));
	for (unsigned from = 0; from < COUNT(names); from++) {
		an_item(&it, (enum item_from)from);
		buf_clear(&words);
		OK(item_write(&words, &it) == ERR_OK);
		OK(strcmp(buf_str(&words), vectors_str(&v, names[from])) == 0);
		OK(item_read(&got, words.at, words.len) == ERR_OK);
		OK(got.from == it.from && got.size == it.size);
		OK(strcmp(got.name, it.name) == 0);
		OK(memcmp(got.salt, it.salt, sizeof got.salt) == 0);
		OK(from != ITEM_LETTER || got.file == 1);
		OK(from != ITEM_BROUGHT || strcmp(got.url, it.url) == 0);
		OK(from != ITEM_MADE || strcmp(got.arguments[1], "150") == 0);
		OK(from != ITEM_MADE || strcmp(got.report, it.report) == 0);
		item_drop(&got);
		OK(got.size == 0 && got.name[0] == '\0');
	}
	vectors_close(&v);
	buf_drop(&words);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_commitment_is_the_vectors_and_needs_its_salt(void)
{
	uint8_t is[SHA256_BYTES], other[SHA256_BYTES];
	struct vectors v;
	struct item it;

	an_item(&it, ITEM_LETTER);
	vectors_open(&v, "doc/vectors/evidence.txt");
	OK(vectors_next(&v));
	item_commitment(is, it.salt, it.sha256);
	OK(vectors_is(&v, "commitment", is, sizeof is));
	it.salt[0] ^= 1;
	item_commitment(other, it.salt, it.sha256);
	OK(memcmp(is, other, sizeof is) != 0);
	vectors_close(&v);
}

/* One thing of an item that no reader takes. */
static void
bend(struct item *it, unsigned how)
{
	static const char *const arguments[] = { "a", "b\tc" };

	switch (how) {
	case 0:
		it->name = "";
		break;
	case 1:
		it->name = "\xff";
		break;
	case 2:
		it->name = big;
		break;
	case 3:
		it->type = "Text/Plain";
		break;
	case 4:
		it->size = ITEM_SIZE_MAX + 1;
		break;
	case 5:
		it->file = LETTER_FILES_MAX;
		break;
	case 6:
		it->from = ITEM_BROUGHT;
		it->url = big;
		break;
	case 7:
		it->from = ITEM_BROUGHT;
		it->url = "a\nb";
		break;
	case 8:
		it->from = ITEM_BROUGHT;
		it->day = UINT32_MAX;
		break;
	case 9:
		it->from = ITEM_MADE;
		it->tool = "";
		break;
	case 10:
		it->from = ITEM_MADE;
		it->arguments[1] = arguments[1];
		break;
	case 11:
		it->from = ITEM_MADE;
		it->arguments_n = ITEM_ARGUMENTS + 1;
		break;
	default:
		it->from = ITEM_MADE;
		it->report = "\xe2\x80\xae"; /* turns the line around */
		break;
	}
}

static void
what_no_reader_takes_is_not_written(void)
{
	struct buf words;
	struct item it;

	memset(big, 'x', sizeof big - 1);
	buf_init(&words, ITEM_MAX);
	for (unsigned how = 0; how <= 12; how++) {
		an_item(&it, ITEM_LETTER);
		bend(&it, how);
		OK(item_write(&words, &it) == ERR_FORMAT && words.len == 0);
	}
	buf_drop(&words);
}

static void
the_largest_words_fit(void)
{
	static char args[ITEM_ARGUMENT_MAX + 1], report[ITEM_REPORT_MAX + 1];
	struct item it, got;
	struct buf words;

	memset(args, '"', sizeof args - 1);
	memset(report, '\n', sizeof report - 1);
	buf_init(&words, ITEM_MAX);
	an_item(&it, ITEM_MADE);
	for (unsigned i = 0; i < ITEM_ARGUMENTS; i++)
		it.arguments[i] = args;
	it.arguments_n = ITEM_ARGUMENTS;
	it.report = report;
	OK(item_write(&words, &it) == ERR_OK);
	OK(item_read(&got, words.at, words.len) == ERR_OK);
	OK(got.arguments_n == ITEM_ARGUMENTS);
	item_drop(&got);
	buf_drop(&words);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

#define H "0000000000000000000000000000000000000000000000000000000000000000"
#define ID "1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d"
#define HEAD \
	"{\"name\":\"a\",\"type\":\"text/plain\",\"size\":1,\"sha256\":\"" H \
	"\",\"salt\":\"" H "\","

static void
words_have_one_spelling(void)
{
	static const struct {
		const char *words;
		enum err e;
	} rows[] = {
		{ HEAD "\"from\":{\"letter\":\"" ID "\",\"file\":0}}", ERR_OK },
		{ HEAD "\"from\":{\"url\":\"\",\"day\":1,\"by\":\"00000001\"}}",
		    ERR_OK },
		{ HEAD "\"from\":{\"letter\":\"" ID "\",\"file\":0}} ",
		    ERR_FORMAT },
		{ HEAD "\"from\":{\"letter\":\"" ID "\",\"file\":0,\"a\":1}}",
		    ERR_FORMAT },
		{ HEAD "\"from\":{\"file\":0,\"letter\":\"" ID "\"}}",
		    ERR_FORMAT },
		{ HEAD "\"from\":{\"letter\":\"" ID "\",\"file\":32}}",
		    ERR_FORMAT },
		{ HEAD "\"from\":{}}", ERR_FORMAT },
		{ HEAD "\"from\":{\"day\":1,\"by\":\"00000001\"}}",
		    ERR_FORMAT },
		{ HEAD "\"from\":{\"parent\":\"" ID
		       "\",\"tool\":\"t\",\"version\":\"\",\"arguments\":[],"
		       "\"report\":\"\"}}",
		    ERR_OK },
		{ HEAD "\"from\":{\"parent\":\"" ID
		       "\",\"tool\":\"t\",\"version\":\"\",\"arguments\":[1],"
		       "\"report\":\"\"}}",
		    ERR_FORMAT },
		{ "{\"name\":\"a\"}", ERR_FORMAT },
		{ "[]", ERR_FORMAT },
		{ "", ERR_FORMAT },
	};
	struct item got;
	enum err e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		e = item_read(&got, rows[i].words, strlen(rows[i].words));
		OK((e == ERR_OK) == (rows[i].e == ERR_OK));
		if (e == ERR_OK)
			item_drop(&got);
	}
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_judgement_is_a_word_and_why(void)
{
	enum item_judged j = ITEM_JUDGEMENTS;
	char words[64];
	size_t why;

	for (unsigned i = 0; i < ITEM_JUDGEMENTS; i++) {
		(void)snprintf(words, sizeof words, "%s\nwhy",
		    item_judged_word((enum item_judged)i));
		OK(item_judged_read(&j, &why, words, strlen(words)) == ERR_OK);
		OK((unsigned)j == i && strcmp(words + why, "why") == 0);
		OK(item_judged_read(&j, &why, words, strlen(words) - 4) ==
		    ERR_FORMAT);
	}
	OK(item_judged_read(&j, &why, "true\nwhy", 8) == ERR_FORMAT);
	OK(item_judged_read(&j, &why, "", 0) == ERR_FORMAT);
}

static void
refused_memory_leaves_nothing(void)
{
	struct item it, got;
	struct buf words;
	enum err e = ERR_NOMEM;
	unsigned n;

	an_item(&it, ITEM_MADE);
	buf_init(&words, ITEM_MAX);
	OK(item_write(&words, &it) == ERR_OK);
	for (n = 1; e != ERR_OK && n < 200; n++) {
		alloc_refuse(n);
		e = item_read(&got, words.at, words.len);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(e == ERR_OK && n > 5);
	item_drop(&got);
	buf_drop(&words);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK && n < 50; n++) {
		alloc_refuse(n);
		e = item_write(&words, &it);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && words.len == 0));
	}
	buf_drop(&words);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
T(words_come_back_and_the_vectors_are_what_is_written)
T(a_commitment_is_the_vectors_and_needs_its_salt)
T(what_no_reader_takes_is_not_written)
T(the_largest_words_fit)
T(words_have_one_spelling)
T(a_judgement_is_a_word_and_why)
T(refused_memory_leaves_nothing)
T_END
