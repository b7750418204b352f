/* What a room is good for: programs run in it, and its ends are told apart. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "os/worker.h"
#include "t.h"

static struct worker *
room(void)
{
	struct worker *w = NULL;

	OK(worker_open(&w, &worker_usual) == ERR_OK);
	return w;
}

static enum err
keep(void *arg, const void *bytes, size_t n)
{
	return buf_put(arg, bytes, n);
}

static enum err
say(struct worker *w, const char *const *argv, struct buf *out,
    struct worker_end *end)
{
	const struct worker_run run = {
		.argv = argv,
		.out = out == NULL ? NULL : keep,
		.arg = out,
	};

	return worker_run(w, &run, end);
}

static void
what_is_put_in_is_read_by_a_program_and_its_answer_comes_back(void)
{
	static const char *const argv[] = { "cat", "words", NULL };
	struct worker *w = room();
	struct worker_end end;
	struct buf out;

	buf_init(&out, 1000);
	OK(worker_put(w, "words", "hello", 5) == ERR_OK);
	OK(worker_put(w, "words", "again", 5) == ERR_TAKEN);
	OK(say(w, argv, &out, &end) == ERR_OK);
	OK(out.len == 5 && memcmp(out.at, "hello", 5) == 0);
	OK(end.status == 0 && end.signal == 0 && end.why[0] == '\0');
	buf_drop(&out);
	worker_close(w);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = { { NULL, NULL } };
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	T(what_is_put_in_is_read_by_a_program_and_its_answer_comes_back)
	return 0;
}
