/* The second screen of `sotto desk --help`: what members of a team do for each
 * other.  */
#include "cmd/desk_cmd.h"

const char desk_cmd_more[] =
    "usage: sotto desk DIR [OPTIONS] VERB\n"
    "\n"
    "Verbs for a team of several; sotto desk --help has the others and the options.\n"
    "\n"
    "  note HANDLE < TEXT      say something to the team; the source never sees it\n"
    "  draft HANDLE < TEXT     keep a draft of an answer that others see and go on\n"
    "                          with; without TEXT: show those that stand\n"
    "    --undo                throw all drafts away\n"
    "  reply HANDLE --draft    send the newest draft to the source\n"
    "  assign HANDLE [MEMBER...]   say whose it is; nobody's without members\n"
    "  terms HANDLE --level L [--byline B] [--label T]   how its words may be used:\n"
    "                          none, off_record, deep_background, background or\n"
    "                          on_record; the name that may be printed; how the\n"
    "                          source may be described\n"
    "  pack --for REQUEST --to FILE   give a device that the team added all that it\n"
    "                          may read\n"
    "  unpack FILE             take that in, on the new device (or: sotto join), or\n"
    "                          here, by its answer to the next\n"
    "  request --to FILE       ask another desk to pack for this one: it was away too\n"
    "                          long, lacks keys, or its member became an admin\n"
    "  passphrase              give this desk another one\n"
    "    --new-passphrase-file F   the first line of F\n"
    "\n"
    "  --json                  for pack and unpack\n";
