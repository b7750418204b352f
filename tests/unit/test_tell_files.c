/* Files of a source: in parts, joined again, sent once whatever breaks off. */
#include "tell_kit.h"

static void
desk_joins_parts_of_a_source(void)
{
	make_file("video.mp4", BIG, 1);
	OK(send_text("see this", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 4 && fake.commits == 1);
	OK(desk_has_file(0, 0, "video.mp4"));
}

static void
empty_files_and_those_of_whole_parts_arrive(void)
{
	make_file("empty", 0, 1);
	make_file("whole", 2 * (size_t)PART_PLAIN, 2);
	OK(send_text("nothing in it", "empty", NULL) == ERR_OK);
	OK(fake.stores == 0 && desk_has_file(0, 0, "empty"));
	OK(send_text("two parts", "whole", NULL) == ERR_OK);
	OK(fake.stores == 2 && desk_has_file(1, 0, "whole"));
}

static void
a_long_text_goes_as_file_0(void)
{
	char *text = malloc(60001);
	struct letter l;
	struct buf got;

	OK(text != NULL);
	memset(text, 'x', 60000);
	text[60000] = '\0';
	make_file("a.txt", 10, 1);
	buf_init(&got, BIG);
	OK(send_text(text, "a.txt", NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK);
	OK(l.more && l.file_count == 2 && l.text_len == LETTER_CUT_BYTES);
	desk_joins(&l, 0, &got);
	OK(got.len == 60000 && memcmp(got.at, text, got.len) == 0);
	OK(desk_has_file(0, 1, "a.txt"));
	letter_drop(&l);
	buf_drop(&got);
	wipe_free(text, 60001);
}

/* Every second request is lost: before the line heard of it, or after. */
static void
lost_requests_are_sent_again_and_nothing_twice(void)
{
	make_file("video.mp4", BIG, 3);
	for (unsigned after = 0; after < 2; after++) {
		fake.cut = 2;
		fake.cut_after = after == 1;
		OK(send_text(after == 0 ? "first" : "second", "video.mp4",
		       NULL) == ERR_OK);
		fake.cut = 0;
		OK(desk_has_file(after, 0, "video.mp4"));
	}
	OK(fake.count == 2 * (1 + 4));
}

/* The command broke off after two parts; the same one again sends the rest. */
static void
the_same_command_again_goes_on(void)
{
	struct inbox in;
	struct tell t;
	bool known;

	make_file("video.mp4", BIG, 4);
	fake.full = true;
	OK(send_text("see", "video.mp4", NULL) == ERR_FULL);
	fake.full = false;
	OK(fake.parts_n == 4 && fake.count == 0);
	fake.parts_n -= 2;
	fake.stores = 0;
	OK(send_text("see", "video.mp4", &known) == ERR_OK && !known);
	OK(fake.stores == 2);
	OK(desk_has_file(0, 0, "video.mp4"));
	OK(send_text("see", "video.mp4", &known) == ERR_OK && known);
	OK(fake.stores == 2 && fake.count == 5);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
slot_taken_keeps_parts(void)
{
	make_file("video.mp4", BIG, 5);
	fake.taken = 1;
	OK(send_text("see", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 4 && fake.commits == 2);
	OK(desk_has_file(1, 0, "video.mp4"));
}

static void
parts_that_the_line_lost_are_sent_once_more(void)
{
	make_file("video.mp4", BIG, 6);
	fake.missing = 1;
	OK(send_text("see", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 5 && fake.commits == 2);
	OK(desk_has_file(0, 0, "video.mp4"));
	fake.missing = 100;
	OK(send_text("see that", "video.mp4", NULL) == ERR_MISSING);
	OK(fake.count == 5);
}

static void
a_file_that_changes_meanwhile_is_not_sent(void)
{
	struct inbox in;
	struct tell t;
	struct send s;
	char path[128];
	int fd;

	make_file("video.mp4", BIG, 7);
	path_of(path, "video.mp4");
	inbox_init(&in);
	send_init(&s);
	OK(enter(&t, address) == ERR_OK);
	OK(send_attach(&s, path) == ERR_OK);
	OK(send_door(&s, &t, "News") == ERR_OK);
	s.text = "see";
	s.text_len = 3;
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK((fd = open(path, O_WRONLY)) >= 0);
	OK(pwrite(fd, "!", 1, 2000000) == 1 && close(fd) == 0);
	OK(send_letter(&s, &t, &in) == ERR_DENIED && t.why != NULL);
	OK(truncate(path, 5) == 0);
	OK(send_letter(&s, &t, &in) == ERR_DENIED && t.why != NULL);
	OK(fake.commits == 0 && fake.count == 0);
	send_drop(&s);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
folders_and_pipes_are_not_attached(void)
{
	struct send s;
	char path[128];

	send_init(&s);
	OK(send_attach(&s, folder) == ERR_FORMAT);
	path_of(path, "pipe");
	OK(mkfifo(path, 0600) == 0);
	OK(send_attach(&s, path) == ERR_FORMAT);
	path_of(path, "not there");
	OK(send_attach(&s, path) == ERR_NOTHING);
	send_drop(&s);
}

/* Every allocation refused once: nothing is held, and the line has the letter
 * whole or not at all. */
static void
refused_memory_loses_nothing(void)
{
	bool whole = false;
	unsigned held;
	enum err e;

	make_file("a.txt", 3000, 9);
	OK(send_text("warm up", "a.txt", NULL) == ERR_OK);
	held = alloc_held();
	/* Some refusals only cost the text its place in the letter. */
	for (unsigned n = 1; !whole; n++) {
		size_t was = fake.count;

		memset(fake.u, 0, sizeof(fake.u)); /* it forgot */
		alloc_refuse(n);
		e = send_text("Something is wrong here.", "a.txt", NULL);
		alloc_refuse(0);
		OK(alloc_held() == held);
		OK(e == ERR_OK || (e == ERR_NOMEM && fake.count == was));
		whole = e == ERR_OK && desk_has_file(1, 0, "a.txt");
		fake.count = was;
	}
}

typedef void test(void);

T_BEGIN
tell_tests_begin();
L(desk_joins_parts_of_a_source)
L(empty_files_and_those_of_whole_parts_arrive)
L(a_long_text_goes_as_file_0)
L(lost_requests_are_sent_again_and_nothing_twice)
L(the_same_command_again_goes_on)
L(slot_taken_keeps_parts)
L(parts_that_the_line_lost_are_sent_once_more)
L(a_file_that_changes_meanwhile_is_not_sent)
L(folders_and_pipes_are_not_attached)
L(refused_memory_loses_nothing)
tell_tests_end();
T_END
