/* A desk that dies at any change of its disk while its member says something:
 * it was said whole, with its words, or not at all. */
#include <sys/wait.h>

#include "desk_words.h"
#include "disk.h"

/* A note, a draft in the place of one, and what was agreed. */
static bool
say_all(void)
{
	struct desk_words list[WORDS_DRAFTS];

	return note_by(desk, "a note") == ERR_OK &&
	    draft_by(desk, "a draft", 0) == ERR_OK &&
	    desk_drafts(desk, talk_of(desk), list) == 1 &&
	    desk_set_terms(desk, talk_of(desk), 3, "", "who was there") ==
	    ERR_OK;
}

/* True when it got to the end. */
static bool
say_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(desk);
	desk = NULL;
	if ((pid = fork()) == 0) {
		open_desk();
		disk_die = true;
		disk_countdown = n;
		_exit(say_all() ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_desk();
	return WEXITSTATUS(status) == 0;
}

static void
whenever_a_desk_dies_no_entry_is_without_its_words(void)
{
	struct writer who;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n++) {
		begin_talk(&who, MEMBER_EDITOR);
		OK(draft_by(desk, "before", -1) == ERR_OK);
		done = say_and_die(n);
		OK(strcmp(notes_at(desk), "a note|") == 0 ||
		    is_same(notes_at(desk), ""));
		OK(strcmp(drafts_at(desk), "before|") == 0 ||
		    is_same(drafts_at(desk), "a draft|"));
		OK(!talk_of(desk)->terms_lack);
		OK(talk_of(desk)->level == 0 ||
		    is_same(talk_of(desk)->label, "who was there"));
		/* It goes on, and the other comes to the same. */
		OK(note_by(desk, "after") == ERR_OK);
		sync_both();
		both_see_notes("a note|after|", "after|");
		OK(strchr(notes_at(other), '?') == NULL);
		are_alike();
		end_team();
		OK(n < 100);
	}
	OK(n > 6);
}

T_BEGIN
desk_tests_begin();
T(whenever_a_desk_dies_no_entry_is_without_its_words)
T_END
