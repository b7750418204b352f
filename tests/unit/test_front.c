/* What machines ask of the front that sources reach. */
#include "front_peer.h"

static bool
upload_is_part(void)
{
	static uint8_t got[ENVELOPE_PART_BYTES + 1];

	return pread(says.fd, got, sizeof got, 0) == sizeof part &&
	    memcmp(got, part, sizeof part) == 0;
}

static void
every_machine_request_is_answered(void)
{
	static uint8_t body[20000];
	struct buf b;
	char day[32];

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	OK(ask("GET", "/v1/line", "", 0, &b) == 200);
	snprintf(day, sizeof day, "day %u\n", clock_day());
	OK(strncmp((char *)b.at, "certificate\n--\nkeys\n--\n", 23) == 0);
	OK(strcmp((char *)b.at + 23, day) == 0);
	OK(ask("POST", "/v1/look", body, 17 * 16, &b) == 200 && b.len == 3);
	OK(ask("POST", "/v1/get", body, 96, &b) == 200 && b.len == 98304);
	OK(ask("POST", "/v1/part-get", body, 16, &b) == 200);
	OK(b.len == ENVELOPE_PART_BYTES);
	for (size_t i = 0; i < b.len; i++)
		OK(b.at[i] == i / TALK_PIECE_BYTES);
	OK(ask("POST", "/v1/delete", body, 64, &b) == 200 && said(&b, "done"));
	OK(envelope_nobody(body + 16, ENVELOPE_LETTER_BYTES) == ERR_OK);
	OK(ask("PUT", "/v1/letter", body, 16 + 16384, &b) == 200);
	OK(said(&b, "done") && says.heard[TALK_PUT] == 1);
	memmove(body + 68, body + 16, ENVELOPE_LETTER_BYTES);
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 200);
	OK(said(&b, "done") && says.heard[TALK_COMMIT] == 1);
	says.parts = 3;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "parts 3"));
	says.status = ERR_TAKEN;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "committed"));
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 409 &&
	    said(&b, "taken"));
	says.status = ERR_NOTHING;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "unknown"));
	OK(ask("POST", "/v1/part-get", body, 16, &b) == 404);
	says.status = ERR_MISSING;
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 409 &&
	    said(&b, "missing"));
	says.status = ERR_FULL;
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 507 &&
	    said(&b, "full"));
	buf_drop(&b);
	finish();
}

static void
bodies_of_another_length_and_shape_are_refused(void)
{
	static const struct {
		const char *method, *path;
		size_t n;
		unsigned status;
	} rows[] = {
		{ "POST", "/v1/look", 0, 400 },
		{ "POST", "/v1/look", 17, 400 },
		{ "POST", "/v1/look", 8193 * 16, 413 },
		{ "POST", "/v1/get", 16, 400 },
		{ "POST", "/v1/get", 97, 413 },
		{ "POST", "/v1/part-get", 15, 400 },
		{ "POST", "/v1/delete", 33, 400 },
		{ "POST", "/v1/delete", 65 * 32, 413 },
		{ "PUT", "/v1/letter", 16399, 400 },
		{ "PUT", "/v1/letter", 16400, 400 }, /* no envelope */
		{ "POST", "/v1/commit", 16452, 400 },
		{ "POST", "/v1/state", 15, 400 },
		{ "PUT", "/v1/part", PART_BODY - 1, 400 },
		{ "PUT", "/v1/part", PART_BODY + 1, 413 },
		{ "PUT", "/v1/part", PART_BODY, 400 }, /* no envelope */
		{ "GET", "/v1/look", 0, 405 },
		{ "GET", "/v1/lin", 0, 404 },
		{ "GET", "/v1/days", 0, 404 },
		{ "POST", "/v1/fetch", 16, 404 },
	};
	static uint8_t body[PART_BODY + 1];
	struct buf b;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const unsigned status =
		    ask(rows[i].method, rows[i].path, body, rows[i].n, &b);

		if (status != rows[i].status)
			fprintf(stderr, "%s %zu: %u\n", rows[i].path, rows[i].n,
			    status);
		OK(status == rows[i].status);
	}
	for (int i = 0; i < TALK_COUNT; i++)
		OK(says.heard[i] == 0);
	buf_drop(&b);
	finish();
}

static void
a_part_is_appended_whole_or_lacks_its_last_byte(void)
{
	struct buf b;
	char head[256];
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	make_part(0);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	OK(said(&b, "done") && upload_is_part());
	OK(says.heard[TALK_UPLOAD] == 1 && says.heard[TALK_UPLOAD_END] == 1);
	/* What is there already is done; what is too early is told. */
	says.parts = 1;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	OK(said(&b, "done") && upload_is_part());
	make_part(2);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 409);
	OK(said(&b, "missing") && upload_is_part());
	says.room = 0;
	make_part(1);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 507);
	says.status = ERR_TAKEN;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	says.status = ERR_BUSY;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 503);
	/* Cut before the end. */
	says.status = ERR_OK;
	says.parts = 0;
	says.room = 1;
	OK(ftruncate(says.fd, 0) == 0 && lseek(says.fd, 0, SEEK_SET) == 0);
	make_part(0);
	fd = dial();
	snprintf(head, sizeof head,
	    "PUT /v1/part HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n",
	    PART_BODY);
	put(fd, head, strlen(head));
	put(fd, part_request, PART_BODY - 1);
	close(fd);
	turn();
	for (uint64_t until = clock_ms() + 5000;
	     front->requests > 0 && clock_ms() < until;)
		turn();
	OK(lseek(says.fd, 0, SEEK_END) == ENVELOPE_PART_BYTES - 1);
	OK(says.heard[TALK_UPLOAD] == says.heard[TALK_UPLOAD_END] + 1 ||
	    says.heard[TALK_UPLOAD_END] >= 2);
	buf_drop(&b);
	finish();
}

static void
a_dead_keeper_is_told_and_a_new_one_serves(void)
{
	static const char q[] =
	    "POST /v1/state HTTP/1.1\r\n" HOST "Content-Length: 16\r\n\r\n";
	static uint8_t body[16];
	struct buf b;
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	says.mute = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	put(fd, body, 16);
	turns(5);
	channel_close(keeper);
	keeper = NULL;
	OK(get_body(fd, &b) == 503);
	OK(ask("POST", "/v1/state", body, 16, &b) == 503);
	says.mute = false;
	give_keeper();
	OK(ask("POST", "/v1/state", body, 16, &b) == 200);
	/* A client that goes while the keeper thinks. */
	says.mute = true;
	close(fd);
	fd = dial();
	put(fd, q, sizeof q - 1);
	put(fd, body, 16);
	close(fd);
	turns(5);
	says.mute = false;
	turns(5);
	OK(front->requests <= 1);
	buf_drop(&b);
	finish();
}

static void
nothing_is_held_and_nothing_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

static void
the_questions_of_the_team_are_told(void)
{
	static struct settings settings;
	static const char *const asked[] = { "when date When did it happen?",
		"inside choice Was it reported inside? | Yes | No" };
	struct question got[QUESTIONS_MAX];
	unsigned n = 9;
	struct buf b;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 16);
	front->current->settings = &settings;
	OK(ask("GET", "/v1/questions", "", 0, &b) == 200 && b.len == 0);
	for (unsigned i = 0; i < 2; i++)
		OK(question_read(&settings.question[i], asked[i],
		       strlen(asked[i])) == ERR_OK);
	settings.questions = 2;
	OK(ask("GET", "/v1/questions", "", 0, &b) == 200);
	OK(question_read_all(got, &n, (char *)b.at, b.len) == ERR_OK);
	OK(n == 2 && memcmp(got, settings.question, 2 * sizeof *got) == 0);
	buf_drop(&b);
	finish();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
memset(access_seed, 3, sizeof access_seed);
T(every_machine_request_is_answered)
T(the_questions_of_the_team_are_told)
T(bodies_of_another_length_and_shape_are_refused)
T(a_part_is_appended_whole_or_lacks_its_last_byte)
T(a_dead_keeper_is_told_and_a_new_one_serves)
T(nothing_is_held_and_nothing_given_back_unwiped)
T_END
