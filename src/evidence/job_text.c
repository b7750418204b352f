#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "lang/lang.h"

#include "evidence/job.h"
#include "evidence/respell.h"

enum err
job_text(struct job *j)
{
	struct buf raw, out;
	size_t hidden = 0;
	enum err e = ERR_OK;

	buf_init(&raw, RESPELL_MAX);
	buf_init(&out, RESPELL_MAX);
	if (j->c->size > RESPELL_MAX)
		e = job_fail(
		    j, ERR_TOOBIG, LANG_N("It is a text of over 64 MiB."));
	else if (lseek(j->fd, 0, SEEK_SET) != 0)
		e = file_err();
	if (e != ERR_OK || (e = file_read_fd(&raw, j->fd)) != ERR_OK)
		goto out;
	if ((e = respell(&out, &hidden, raw.at, raw.len)) != ERR_OK) {
		(void)job_fail(j, e,
		    LANG_N("It is neither in UTF-8 nor in UTF-16: save it in "
			   "UTF-8 and clean that."));
		goto out;
	}
	if (hidden > 0)
		job_note(j,
		    LANG_N("Characters that do not show stood between its "
			   "letters; the copy has none."));
	if ((e = job_result(j)) == ERR_OK)
		e = job_put(j, out.at, out.len);
out:
	buf_drop(&raw);
	buf_drop(&out);
	return e;
}
