/* The only device of a team of one is made again from a backup that is older
 * than what the lost one gave the line. */
#include "desk_backup.h"

#include "desk/renewal.h"

static struct desk *
open_there(void)
{
	struct desk *d = NULL;

	OK(desk_open(&d, there, NEW_WORDS, strlen(NEW_WORDS)) == ERR_OK);
	return d;
}

static void
restore(void)
{
	const struct backup_alone as = {
		.words = NEW_WORDS, .team_seed = team_seed, .today = day
	};
	const int fd = open_file();

	desk_close(desk);
	remove_there();
	OK(mkdir(there, 0700) == 0);
	OK(backup_alone(&said, there, &as, fd, &with) == ERR_OK);
	(void)close(fd);
	desk = open_there();
}

static void
days_go_by(unsigned n)
{
	while (n-- > 0) {
		set_day(day + 1);
		sync_one(desk);
	}
}

/* It reads what sources write from then on, and its own key is the line's. */
static void
goes_on(uint8_t id)
{
	struct writer w;

	sync_one(desk);
	sync_one(desk);
	OK(desk->vault->has_line && !renewal_waits(desk));
	OK(memcmp(fake_offer()->certificate.key, desk->certificate.key,
	       SIGN_PUBLIC_BYTES) == 0);
	writer_make(&w, id);
	send(&w, &(struct what){ .text = "after it", .id = id });
	sync_one(desk);
	OK(desk_conv_known(desk, w.s.sign_public) != NULL);
}

static void
ends(void)
{
	desk_close(desk);
	desk = NULL;
	open_desk();
	end_backup();
}

/* The line has a certificate that the backup does not know, and chains that
 * nobody has any more: what the restored desk says is newer than all of it. */
static void
a_backup_from_before_a_renewal_takes_the_line_over(void)
{
	begin_team();
	names();
	live(desk);
	OK(back_up(desk, true) == ERR_OK);
	OK(renewal_make(desk, team_seed, day, 0) == ERR_OK);
	sync_one(desk);
	OK(desk->certificate.serial == 2);
	days_go_by(30);
	OK(desk->vault->ring.chains_n > 2);
	restore();
	goes_on(7);
	OK(desk->certificate.serial > 2);
	ends();
}

/* As whoever lost it twice, and made no other meanwhile. */
static void
the_same_backup_does_it_once_more(void)
{
	begin_team();
	names();
	live(desk);
	OK(back_up(desk, true) == ERR_OK);
	for (unsigned i = 0; i < 3; i++) {
		days_go_by(i == 0 ? 3 : 31);
		restore();
		goes_on((uint8_t)(7 + i));
	}
	ends();
}

T_BEGIN
desk_tests_begin();
T(a_backup_from_before_a_renewal_takes_the_line_over)
T(the_same_backup_does_it_once_more)
T_END
