/*
 * html: writes a page and cannot forget to escape.
 *
 * Elements and attributes come out of closed lists, text and values are always
 * escaped, and there is no way to put a byte into a page that is not one of
 * these.  What is opened is closed in the reverse order (asserted).  Bytes that
 * are not UTF-8, and characters that steer instead of showing, become U+FFFD.
 * Addresses are paths of this server or places in this page (asserted), so
 * that nothing is loaded from elsewhere and no address can carry a script.
 *
 * The first failure stays: later calls do nothing and html_end() returns it.
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define HTML_DEPTH 24 /* elements open at once, at most */
#define HTML_STEP 32768U /* the sizes of filled pages: 1, 2, 4, ... steps */

/* Every element there is: E(enum name, tag, rule).  VOID has no end tag, LINE
 * ends with a line feed (never inside what keeps its spaces), WORD neither. */
#define HTML_ELEMENTS(E) \
	E(HTML_HTML, "html", LINE) \
	E(HTML_HEAD, "head", LINE) \
	E(HTML_META, "meta", VOID) \
	E(HTML_TITLE, "title", LINE) \
	E(HTML_LINK, "link", VOID) \
	E(HTML_SCRIPT, "script", LINE) \
	E(HTML_BODY, "body", LINE) \
	E(HTML_HEADER, "header", LINE) \
	E(HTML_MAIN, "main", LINE) \
	E(HTML_FOOTER, "footer", LINE) \
	E(HTML_NAV, "nav", LINE) \
	E(HTML_SECTION, "section", LINE) \
	E(HTML_ARTICLE, "article", LINE) \
	E(HTML_ASIDE, "aside", LINE) \
	E(HTML_DIV, "div", LINE) \
	E(HTML_H1, "h1", LINE) \
	E(HTML_H2, "h2", LINE) \
	E(HTML_H3, "h3", LINE) \
	E(HTML_P, "p", LINE) \
	E(HTML_UL, "ul", LINE) \
	E(HTML_OL, "ol", LINE) \
	E(HTML_LI, "li", LINE) \
	E(HTML_DL, "dl", LINE) \
	E(HTML_DT, "dt", LINE) \
	E(HTML_DD, "dd", LINE) \
	E(HTML_BLOCKQUOTE, "blockquote", LINE) \
	E(HTML_TABLE, "table", LINE) \
	E(HTML_CAPTION, "caption", LINE) \
	E(HTML_THEAD, "thead", LINE) \
	E(HTML_TBODY, "tbody", LINE) \
	E(HTML_TR, "tr", LINE) \
	E(HTML_TH, "th", LINE) \
	E(HTML_TD, "td", LINE) \
	E(HTML_FORM, "form", LINE) \
	E(HTML_FIELDSET, "fieldset", LINE) \
	E(HTML_LEGEND, "legend", LINE) \
	E(HTML_LABEL, "label", WORD) \
	E(HTML_INPUT, "input", VOID) \
	E(HTML_TEXTAREA, "textarea", WORD) \
	E(HTML_SELECT, "select", LINE) \
	E(HTML_OPTION, "option", LINE) \
	E(HTML_BUTTON, "button", LINE) \
	E(HTML_PROGRESS, "progress", LINE) \
	E(HTML_DETAILS, "details", LINE) \
	E(HTML_SUMMARY, "summary", LINE) \
	E(HTML_A, "a", WORD) \
	E(HTML_SPAN, "span", WORD) \
	E(HTML_BDI, "bdi", WORD) \
	E(HTML_STRONG, "strong", WORD) \
	E(HTML_EM, "em", WORD) \
	E(HTML_SMALL, "small", WORD) \
	E(HTML_CODE, "code", WORD) \
	E(HTML_MARK, "mark", WORD) \
	E(HTML_TIME, "time", WORD) \
	E(HTML_BR, "br", VOID) \
	E(HTML_HR, "hr", VOID)

/* Every attribute: A(enum name, text, rule).  PATH must begin with one slash
 * and no second, or with #; the empty icon "data:," is the one exception. */
#define HTML_ATTRS(A) \
	A(HTML_ID, "id", PLAIN) \
	A(HTML_CLASS, "class", PLAIN) \
	A(HTML_LANG, "lang", PLAIN) \
	A(HTML_DIR, "dir", PLAIN) \
	A(HTML_CHARSET, "charset", PLAIN) \
	A(HTML_NAME, "name", PLAIN) \
	A(HTML_CONTENT, "content", PLAIN) \
	A(HTML_REL, "rel", PLAIN) \
	A(HTML_HREF, "href", PATH) \
	A(HTML_SRC, "src", PATH) \
	A(HTML_DEFER, "defer", FLAG) \
	A(HTML_DATA_WATCH, "data-watch", PATH) \
	A(HTML_DATA_NOW, "data-now", PLAIN) \
	A(HTML_DATA_NEW, "data-new", PLAIN) \
	A(HTML_DATA_SHOWN, "data-shown", PLAIN) \
	A(HTML_ACTION, "action", PATH) \
	A(HTML_FORMACTION, "formaction", PATH) \
	A(HTML_METHOD, "method", PLAIN) \
	A(HTML_ENCTYPE, "enctype", PLAIN) \
	A(HTML_ACCEPT_CHARSET, "accept-charset", PLAIN) \
	A(HTML_AUTOCOMPLETE, "autocomplete", PLAIN) \
	A(HTML_AUTOCAPITALIZE, "autocapitalize", PLAIN) \
	A(HTML_AUTOCORRECT, "autocorrect", PLAIN) \
	A(HTML_AUTOFOCUS, "autofocus", FLAG) \
	A(HTML_SPELLCHECK, "spellcheck", PLAIN) \
	A(HTML_INPUTMODE, "inputmode", PLAIN) \
	A(HTML_TYPE, "type", PLAIN) \
	A(HTML_VALUE, "value", PLAIN) \
	A(HTML_MAX, "max", PLAIN) \
	A(HTML_FOR, "for", PLAIN) \
	A(HTML_ROWS, "rows", PLAIN) \
	A(HTML_MAXLENGTH, "maxlength", PLAIN) \
	A(HTML_REQUIRED, "required", FLAG) \
	A(HTML_MULTIPLE, "multiple", FLAG) \
	A(HTML_CHECKED, "checked", FLAG) \
	A(HTML_SELECTED, "selected", FLAG) \
	A(HTML_DISABLED, "disabled", FLAG) \
	A(HTML_OPEN, "open", FLAG) \
	A(HTML_DATETIME, "datetime", PLAIN) \
	A(HTML_SCOPE, "scope", PLAIN) \
	A(HTML_ROLE, "role", PLAIN) \
	A(HTML_TABINDEX, "tabindex", PLAIN) \
	A(HTML_ARIA_LABEL, "aria-label", PLAIN) \
	A(HTML_ARIA_LABELLEDBY, "aria-labelledby", PLAIN) \
	A(HTML_ARIA_DESCRIBEDBY, "aria-describedby", PLAIN) \
	A(HTML_ARIA_CURRENT, "aria-current", PLAIN) \
	A(HTML_ARIA_INVALID, "aria-invalid", PLAIN)

#define HTML_NAME_OF(name, text, rule) name,
enum html_element { HTML_ELEMENTS(HTML_NAME_OF) HTML_ELEMENT_COUNT };
enum html_attr { HTML_ATTRS(HTML_NAME_OF) HTML_ATTR_COUNT };
#undef HTML_NAME_OF

struct html {
	struct buf *out; /* the caller's */
	enum err err; /* the first failure */
	bool in_tag; /* attributes may still come */
	unsigned depth;
	uint8_t open[HTML_DEPTH]; /* enum html_element */
};

/* Begin a page: writes the doctype.  The page grows in `out`, whose limit is
 * the ceiling of the page. */
void html_begin(struct html *h, struct buf *out);

/* Begin an element; attributes follow at once, then what is in it. */
void html_open(struct html *h, enum html_element e);

/* End the element opened last, which must be `e`.  Void elements are never
 * closed. */
void html_close(struct html *h, enum html_element e);

/* Attributes of the element just opened: a C string, `n` bytes, a number, or
 * (for FLAG attributes) nothing but the name. */
void html_attr(struct html *h, enum html_attr a, const char *value);
void html_attr_n(struct html *h, enum html_attr a, const char *p, size_t n);
void html_attr_num(struct html *h, enum html_attr a, uint64_t v);
void html_flag(struct html *h, enum html_attr a);

/* Text: a C string, `n` bytes, a number. */
void html_text(struct html *h, const char *s);
void html_text_n(struct html *h, const char *p, size_t n);
void html_num(struct html *h, uint64_t v);

/* A whole element with this text in it; `class` may be NULL. */
void html_say(
    struct html *h, enum html_element e, const char *class, const char *text);

/* A hidden field of a form. */
void html_hidden(struct html *h, const char *name, const char *value);

/* End the page: everything must be closed.  Returns the first failure. */
enum err html_end(struct html *h) MUST_USE;

/* html_end(), and fill the page with a comment of constant bytes to exactly 1,
 * 2, 4, ... times HTML_STEP.  Failures as there; ERR_TOOBIG when the next step
 * is past the limit. */
enum err html_end_filled(struct html *h) MUST_USE;

#endif
