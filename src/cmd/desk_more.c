/* The second screen of `sotto desk --help`: what members of a team do for each
 * other.  */
#include "cmd/desk_cmd.h"

const char desk_cmd_more[] =
    "usage: sotto desk DIR [OPTIONS] VERB\n"
    "\n"
    "Verbs for a team of several; sotto desk --help has the others and the options.\n"
    "\n"
    "  pack --for REQUEST --to FILE   give a device that the team added all that it\n"
    "                          may read\n"
    "  unpack FILE             take that in, on the new device (or: sotto join)\n"
    "\n"
    "  --json                  for pack and unpack\n";
