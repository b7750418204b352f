#include "style_css.h" /* made from style.css by tools/bytes.sh */

#include "front/view.h"

const void *
view_style(size_t *n)
{
	*n = sizeof style_css;
	return style_css;
}
