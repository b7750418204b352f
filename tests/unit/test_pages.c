/* The source's pages: words, forms, and what passes to the next front. */
#include "source_pages.h"

static void
three_words_are_asked_back_and_may_be_skipped(void)
{
	struct fake_answer a, b;
	struct writer w;
	char word[9][20], *at;
	const char *places;

	new_writer(&w);
	at = w.words;
	for (int i = 0; i < 9; i++) {
		size_t n = strcspn(at, " ");

		(void)snprintf(word[i], sizeof word[i], "%.*s", (int)n, at);
		at += n + 1;
	}
	post(&a, "/check", (const char *const[]){ "ticket", w.ticket, NULL });
	places = field(&a, "places");
	OK(strlen(places) == 3 && places[0] < places[1] &&
	    places[1] < places[2]);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", word[places[1] - '1'], "w3",
		word[places[2] - '1'], NULL });
	OK(has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	/* Four letters and capitals do. */
	for (int i = 0; i < 9; i++)
		word[i][4] = '\0', word[i][0] = (char)(word[i][0] - 32);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", word[places[1] - '1'], "w3",
		word[places[2] - '1'], NULL });
	OK(has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", "nonsense", NULL });
	OK(has(&b, "aria-invalid") && !has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	fake_answer_drop(&a);
	fake_empty();
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
has_word(const struct fake_answer *a, const char *w, size_t len)
{
	const uint8_t *p = a->body.at, *const end = p + a->body.len;

	while ((p = memmem(p, (size_t)(end - p), w, len)) != NULL) {
		if ((p == a->body.at || !is_letter(p[-1])) &&
		    (p + len == end || !is_letter(p[len])))
			return true;
		p++;
	}
	return false;
}

/* How many of the nine words stand on the page, anywhere in it. */
static unsigned
words_on(const struct fake_answer *a, const char *words)
{
	unsigned n = 0;
	size_t len;

	for (const char *w = words; *w != '\0'; w += len + (w[len] == ' ')) {
		len = strcspn(w, " ");
		n += has_word(a, w, len);
	}
	return n;
}

/* A page that `as` got: it shows no list of words, its ticket does not hold
 * their bits as they are.  Returns how many of `whose` words stand on it. */
static unsigned
look_at(struct fake_answer *a, const struct writer *as, const char *whose)
{
	uint8_t bytes[TICKET_BYTES];
	struct phrase phrase;
	const unsigned n = words_on(a, whose);

	OK(!has(a, "class=\"words\""));
	OK(phrase_read(&phrase, as->words, strlen(as->words), NULL) == ERR_OK);
	if (has(a, "name=\"ticket\"")) {
		const char *ticket = field(a, "ticket");

		OK(enc_base64_read(
		       bytes, sizeof bytes, ticket, strlen(ticket)) == ERR_OK);
		OK(memmem(bytes, sizeof bytes, phrase.bits,
		       sizeof phrase.bits) == NULL);
	}
	phrase_drop(&phrase);
	fake_answer_drop(a);
	return n;
}

/* Every page but that of the words; how many of `whose` stand on them. */
static unsigned
words_on_all_pages_of(const struct writer *as, const char *whose)
{
	static const char *const paths[] = { "/check", "/write", "/read",
		"/delete" };
	struct fake_answer a;
	struct buf b;
	unsigned n = 0;

	for (size_t i = 0; i < 2 * COUNT(paths); i++) {
		post(&a, paths[i / 2],
		    (const char *const[]){ i % 2 == 0 ? "ticket" : "words",
			i % 2 == 0 ? as->ticket : as->words, NULL });
		OK(a.status == 200);
		n += look_at(&a, as, whose);
	}
	/* Whoever is asked three of them and does not know. */
	post(&a, "/write",
	    (const char *const[]){ "ticket", as->ticket, "places", "159", "w1",
		"xq", "w2", "xq", "w3", "xq", NULL });
	OK(has(&a, "aria-invalid"));
	n += look_at(&a, as, whose);
	for (unsigned i = 0; i < 2; i++) {
		/* What is sent, and what cannot be. */
		fake_refuse = i == 0 ? ERR_OK : ERR_FULL;
		begin_form(&b, as, i == 0 ? "hello" : "and more");
		send_form_of(&a, &b, 512, 0);
		OK(a.status == (i == 0 ? 200 : 507));
		n += look_at(&a, as, whose);
	}
	fake_refuse = ERR_OK;
	return n;
}

static void
page_never_contains_phrase(void)
{
	struct fake_answer a;
	struct writer w, other;
	char again[200];

	/* Pages have words of their own, of which some are on the list: take
	 * somebody whose words are not among them, as another's pages show. */
	do {
		fake_empty();
		new_writer(&w);
		new_writer(&other);
	} while (words_on_all_pages_of(&other, w.words) > 0);
	OK(words_on_all_pages_of(&w, w.words) == 0);
	/* With the ticket the words can be shown again. */
	post(&a, "/new", (const char *const[]){ "ticket", w.ticket, NULL });
	words_of(&a, again, sizeof again);
	OK(strcmp(again, w.words) == 0 && words_on(&a, w.words) == 9);
	fake_answer_drop(&a);
	fake_empty();
}

static void
bad_forms_are_refused_and_leave_nothing(void)
{
	static const char *const bad[] = { "ticket=%zz", "ticket=a&ticket=b",
		"ticket=a%00", "=" };
	static const char *const paths[] = { "/new", "/check", "/write",
		"/read", "/file", "/delete" };
	struct fake_answer a;

	for (size_t i = 0; i < COUNT(paths); i++)
		for (size_t k = 0; k < COUNT(bad); k++) {
			fake_post(&a, &line,
			    &(struct fake_form){ paths[i], URLENCODED, bad[k],
				strlen(bad[k]), 3, 0 });
			OK((a.status >= 400 && a.status < 500) ||
			    (a.status == 200 && strcmp(paths[i], "/new") == 0));
			OK(a.body.len == 32768);
			fake_answer_drop(&a);
		}
	OK(fake_letter_count == 0);
	fake_empty();
}

static void
the_next_front_takes_over_tickets_and_memory(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b, heirloom;

	new_writer(&w);
	begin_form(&b, &w, "once");
	send_form_of(&a, &b, 512, 0);
	fake_answer_drop(&a);
	buf_init(&heirloom, 65536);
	OK(pages_hand_over(&heirloom) == ERR_OK);
	OK(pages_open(&settings) == ERR_OK);
	OK(pages_take_over(heirloom.at, heirloom.len - 1) == ERR_FORMAT);
	OK(pages_take_over(heirloom.at, heirloom.len) == ERR_OK);
	pages_tick();
	begin_form(&b, &w, "once");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200 && has(&a, "not sent twice"));
	fake_answer_drop(&a);
	buf_drop(&heirloom);
	fake_empty();
}

static void
the_start_page_is_drawn_once(void)
{
	struct fake_answer a, b;

	fake_get(&a, &line, "/");
	fake_get(&b, &line, "/");
	OK(a.status == 200 && a.body.len == 32768);
	OK(memcmp(a.body.at, b.body.at, a.body.len) == 0);
	OK(has(&a, "Harbour Watch"));
	fake_answer_drop(&a);
	fake_answer_drop(&b);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
clock_init();
make_line();
T(the_start_page_is_drawn_once)
T(three_words_are_asked_back_and_may_be_skipped)
T(page_never_contains_phrase)
T(bad_forms_are_refused_and_leave_nothing)
T(the_next_front_takes_over_tickets_and_memory)
T_END
