/* What a member who exports a chain can make it say. */
#include "custody_kit.h"

static void
an_entry_is_no_two_rows(void)
{
	struct custody_row rows[KIT_ROWS];
	struct custody c;
	struct buf out;

	kit_begin();
	kit_chain(&c, rows, true);
	rows[4] = rows[3];
	buf_init(&out, CUSTODY_MAX);
	OK(custody_write(&out, &c, kit_device) == ERR_FORMAT);
	buf_drop(&out);
	kit_end();
}

int
main(void)
{
	T(an_entry_is_no_two_rows)
	return 0;
}
