/* Every program that looks at documents does its work in a room, on a real
 * file. */
#include "worker_kit.h"

#define SAMPLES "/usr/share/forensics-samples/original-files/"

static const char name[] = "in";

static void
put_sample(struct worker *w, const char *sample)
{
	char path[200];
	int fd;

	(void)snprintf(path, sizeof(path), SAMPLES "%s", sample);
	OK((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	OK(worker_put_fd(w, name, fd) == ERR_OK);
	OK(close(fd) == 0);
}

static const struct row {
	const char *sample;
	const char *argv[14];
	const char *left; /* what must be there then, with something in it */
	const char *said; /* or in its output */
	bool office;
} rows[] = {
	{ "text1/a-text.pdf", { "pdftoppm", "-r", "50", "-png", name, "page" },
	    "page-1.png", NULL, false },
	{ "text1/a-text.pdf", { "pdftotext", name, "-" }, NULL, "e", false },
	{ "text1/a-text.pdf", { "pdfinfo", name }, NULL, "Pages:", false },
	{ "text1/a-text.pdf", { "mutool", "draw", "-o", "p%d.png", name },
	    "p1.png", NULL, false },
	{ "text1/a-text.pdf", { "qpdf", "--check", name }, NULL, "PDF Version",
	    false },
	{ "pic1/debian_logo.jpg", { "vips", "copy", name, "out.png" },
	    "out.png", NULL, false },
	{ "pic1/debian_logo.jpg", { "vips", "thumbnail", name, "t.jpg", "40" },
	    "t.jpg", NULL, false },
	{ "pic1/IMG_1054.JPG", { "exiftool", "-j", "-G", "-a", name }, NULL,
	    "EXIF:", false },
	{ "audio1/debian.mp3",
	    { "ffprobe", "-v", "error", "-show_format", name }, NULL,
	    "format_name=mp3", false },
	{ "audio1/debian.mp3",
	    { "ffmpeg", "-v", "error", "-i", name, "-c:a", "libopus", "o.ogg" },
	    "o.ogg", NULL, false },
	{ "movie2/movie-hello.mp4",
	    { "ffmpeg", "-v", "error", "-i", name, "-frames:v", "3", "-c:v",
		"libx264", "o.mp4" },
	    "o.mp4", NULL, false },
	{ "text1/a-text.docx",
	    { "soffice", "-env:UserInstallation=file:///tmp/office",
		"--headless", "--norestore", "--convert-to", "pdf", name },
	    "in.pdf", NULL, true },
};

static void
look(const struct row *row)
{
	struct worker *w =
	    room_of(row->office ? &worker_office : &worker_usual);
	uint64_t size = 0;
	int fd = -1;
	enum err e;

	put_sample(w, row->sample);
	e = run_in(w, row->argv);
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s %d %d %s\n", row->argv[0], err_name(e),
		    worker_end.status, worker_end.signal, worker_end.why);
	OK(e == ERR_OK);
	if (row->said != NULL)
		OK(worker_said.len > 0 &&
		    memmem(worker_said.at, worker_said.len, row->said,
			strlen(row->said)) != NULL);
	if (row->left != NULL) {
		OK(worker_take(w, row->left, &fd, &size) == ERR_OK);
		OK(size > 0 && close(fd) == 0);
	}
	worker_close(w);
}

static void
every_program_works_in_a_room(void)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		look(&rows[i]);
}

/* Drawn by one program, read by the other, in the same room. */
static void
words_of_a_page_are_recognised_in_a_room(void)
{
	struct worker *w = room();

	put_sample(w, "text1/a-text.pdf");
	OK(RUN(w, "pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", name,
	       "page") == ERR_OK);
	OK(RUN(w, "tesseract", "page.png", "-") == ERR_OK);
	OK(worker_said.len > 20);
	worker_close(w);
}

static void
what_is_no_document_is_an_error_and_no_more(void)
{
	static const char *const argv[][6] = {
		{ "pdftoppm", "-png", name, "page" },
		{ "mutool", "draw", "-o", "p.png", name },
		{ "vips", "copy", name, "out.png" },
		{ "ffmpeg", "-v", "error", "-i", name, "o.mp4" },
	};
	static const char noise[] = "%PDF-1.4 \xff\xd8\xff nothing of it";
	struct worker *w = room();

	OK(worker_put(w, name, noise, sizeof(noise)) == ERR_OK);
	for (size_t i = 0; i < COUNT(argv); i++) {
		const char *words[7] = { NULL };

		memcpy(words, argv[i], sizeof(argv[i]));
		OK(run_in(w, words) == ERR_FORMAT);
		OK(worker_end.why[0] != '\0');
	}
	worker_close(w);
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = { { NULL, NULL } };
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	T(every_program_works_in_a_room)
	T(words_of_a_page_are_recognised_in_a_room)
	T(what_is_no_document_is_an_error_and_no_more)
	return 0;
}
