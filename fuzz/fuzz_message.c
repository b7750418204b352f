/* Messages between processes: the first byte says who talks to whom, the
 * second whether a descriptor came along; then type and payload.  What is
 * accepted is written again and must be the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "line/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct message m = { .fd = { 5, 6 } };
	struct talk_whole w = { .rest = 0 };
	struct talk t;
	struct buf b;
	bool done;

	if (n < 4)
		return 0;
	m.type = (uint16_t)(p[2] << 8 | p[3]);
	m.at = p + 4;
	m.n = n - 4;
	m.fds = p[1] % (CHANNEL_FDS + 1);
	if (talk_read(&t, (enum role)(p[0] % ROLE_COUNT),
		(enum role)(p[0] / ROLE_COUNT % ROLE_COUNT), &m) != ERR_OK)
		return 0;
	buf_init(&b, CHANNEL_MAX);
	buf_init(&w.buf, 100000);
	if (talk_write(&b, &t) != ERR_OK || b.len != m.n ||
	    (b.len > 0 && memcmp(b.at, m.at, b.len) != 0))
		abort();
	if (t.bytes != NULL && talk_piece(&w, &done, &t) == ERR_OK &&
	    done != (t.count == 0))
		abort();
	buf_drop(&b);
	buf_drop(&w.buf);
	return 0;
}
