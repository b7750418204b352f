# sotto.  `make demo` to try it, `make check` to test it, `make` to build it;
# `make help` names the rest.  GNU make and a C17 compiler.
.DEFAULT_GOAL := all
CC      ?= cc
Q       := $(if $(V),,@)
VERSION := 0.1.0
PKGS    := libsodium libcrypto sqlite3 jansson libseccomp
comma   := ,
B       := build/$(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))

STD     := -std=c17 -D_GNU_SOURCE -Isrc -I$(B)/gen -include src/base/ban.h \
           -DSOTTO_VERSION=$(VERSION)
WARN    := -Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion \
           -Wshadow -Wvla -Wundef -Wcast-qual -Wcast-align -Wwrite-strings \
           -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum \
           -Wimplicit-fallthrough -Wnull-dereference \
           -Werror=implicit -Werror=int-conversion -Werror=format-security \
           -Werror=incompatible-pointer-types -Werror=return-type
WARN_IF := -Wduplicated-cond -Wlogical-op -Wtrampolines -Wbidi-chars=any \
           -Wformat-signedness -Wjump-misses-init
HARD    := -O2 -g -fPIE -fstack-protector-strong -fno-strict-aliasing \
           -fno-strict-overflow -fno-delete-null-pointer-checks -fno-common
HARD_IF := -fstack-clash-protection -fcf-protection=full \
           -mbranch-protection=standard -fstrict-flex-arrays=3 \
           -ftrivial-auto-var-init=zero -fzero-init-padding-bits=all \
           -fzero-call-used-regs=used-gpr
REPRO   := -ffile-prefix-map=$(CURDIR)=. -fdebug-prefix-map=$(CURDIR)=.
LINK    := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
ifeq ($(SAN),)
HARD    += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
else
HARD    := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SAN) \
           -fno-sanitize-recover=all -DSOTTO_SANITIZED
# Warnings are for the build that is used; gcc has false ones under sanitizers.
WARN    :=
WARN_IF :=
LINK    := -fsanitize=$(SAN)
endif
DEV     ?= -Werror

# The flags and libraries that this compiler and machine have, asked once.
# Cleaning and helping need neither.
ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
$(shell mkdir -p $(B)/gen)
include $(B)/probed.mk
endif
$(B)/probed.mk: Makefile tools/deps tools/probe.sh
	@sh tools/deps demo
	@CC="$(CC)" sh tools/probe.sh $@ "$(PKGS)" $(WARN_IF) $(if $(SAN),,$(HARD_IF))

# Made from other files, before anything is compiled.
GEN     := $(B)/gen/demo_gen.h $(B)/gen/lang_mo.h $(B)/gen/words_gen.h \
           $(B)/gen/style_css.h $(B)/gen/desk_css.h $(B)/gen/desk_js.h \
           $(B)/gen/queries.h
$(B)/gen/queries.h: src/store/queries.sql tools/queries.awk | $(B)/probed.mk
	$(Q)awk -f tools/queries.awk $< > $@.new && mv $@.new $@
$(B)/gen/style_css.h: src/front/style.css tools/bytes.sh | $(B)/probed.mk
	@sh tools/bytes.sh style_css $< >$@.new && mv $@.new $@
$(B)/gen/desk_css.h: src/desk/style.css tools/bytes.sh | $(B)/probed.mk
	@sh tools/bytes.sh desk_css $< >$@.new && mv $@.new $@
$(B)/gen/desk_js.h: src/desk/desk.js tools/bytes.sh | $(B)/probed.mk
	@sh tools/bytes.sh desk_js $< >$@.new && mv $@.new $@
$(B)/gen/lang_mo.h: tools/lang.sh $(wildcard lang/*.po) | $(B)/probed.mk
	@sh tools/lang.sh $@
TEXTS   := $(sort $(wildcard examples/demo/*.txt))
$(B)/gen/demo_gen.h: tools/embed.awk $(TEXTS) | $(B)/probed.mk
	@awk -f tools/embed.awk $(TEXTS) > $@.new && mv $@.new $@
WORDS   := $(sort $(wildcard lang/words/*.txt))
$(B)/gen/words_gen.h: tools/words.awk $(WORDS) | $(B)/probed.mk
	@LC_ALL=C awk -f tools/words.awk $(WORDS) > $@.new && mv $@.new $@

ALL      = $(STD) $(WARN) $(HARD) $(PROBED) $(PKG_C) $(REPRO) $(DEV) -MMD -MP $(CPPFLAGS) $(CFLAGS)
SRC     := $(sort $(wildcard src/*/*.c))
OBJ     := $(SRC:%.c=$(B)/%.o)
LIBOBJ  := $(filter-out $(B)/src/cmd/%,$(OBJ))
CMDOBJ  := $(filter $(B)/src/cmd/%,$(OBJ))
TESTS   := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
SIM     := $(B)/sim/clock.o $(B)/sim/work.o
FUZZERS := $(patsubst fuzz/%.c,build/fuzz/%,$(sort $(wildcard fuzz/fuzz_*.c)))
WRAP    := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free

all: $(B)/sotto man
$(B)/sotto: $(CMDOBJ) $(B)/libsotto.a
	$(Q)$(CC) $(LINK) $(LDFLAGS) -o $@ $(CMDOBJ) $(B)/libsotto.a $(PKG_L)
$(B)/libsotto.a: $(LIBOBJ)
	@rm -f $@
	$(Q)$(AR) -rcsD $@ $(LIBOBJ)

# The same program with a clock that tests can move; never installed.
$(B)/sotto-sim: $(CMDOBJ) $(SIM) $(B)/libsotto.a
	$(Q)$(CC) $(LINK) $(LDFLAGS) -o $@ $^ $(PKG_L)
$(SIM): $(B)/sim/%.o: src/base/%.c $(B)/probed.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL) -DSOTTO_SIM -c -o $@ $<

# Loops of fixed length over lanes and coefficients: twice as fast with -O3.
ifeq ($(SAN),)
$(B)/src/crypt/kecca%.o $(B)/src/crypt/pol%.o $(B)/src/crypt/mlkem.o: HARD += -O3
endif

$(B)/%.o: %.c $(B)/probed.mk | $(GEN)
	@mkdir -p $(@D)
	$(if $(V),,@echo "cc $<")
	$(Q)$(CC) $(ALL) -c -o $@ $<
$(TESTS): $(B)/unit/%: $(B)/tests/unit/%.o $(B)/tests/unit/alloc.o $(SIM) $(B)/libsotto.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK) $(WRAP) $(LDFLAGS) -o $@ $^ $(PKG_L)
# A schedule of many desks is made of one seed, its keys too.
$(B)/unit/test_desk_chance: WRAP += -Wl,--wrap=crypt_random,--wrap=crypt_random_below
tests: $(TESTS)

# Run one part by hand: make check PARTS="unit cli".
check: all
	@sh tools/deps check
	@CC="$(CC)" B="$(B)" sh tools/check.sh $(PARTS)
check-long: all
	@sh tools/deps check
	@CC="$(CC)" B="$(B)" LONG=1 sh tools/check.sh $(PARTS)
unit: tests
	@B="$(B)" sh tools/check.sh unit

# What is fuzzed is compiled once, and each fuzzer takes what it needs of it.
FUZZOBJ := $(patsubst src/%.c,build/fuzz/obj/%.o,$(filter-out src/cmd/%,$(SRC)))
FUZZCC  := clang $(STD) -g -O1 -DSOTTO_SANITIZED -fno-sanitize-recover=all
build/fuzz/obj/%.o: src/%.c | $(B)/probed.mk $(GEN)
	@mkdir -p $(@D)
	$(Q)$(FUZZCC) $(PKG_C) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<
build/fuzz/libsotto.a: $(FUZZOBJ)
	@rm -f $@
	$(Q)$(AR) -rcsD $@ $(FUZZOBJ)
build/fuzz/%: fuzz/%.c $(wildcard fuzz/*.h) build/fuzz/libsotto.a
	$(Q)$(FUZZCC) $(PKG_C) -fsanitize=fuzzer,address,undefined -o $@ $< build/fuzz/libsotto.a $(PKG_L)
fuzzers: $(FUZZERS)
fuzz: fuzzers
	@sh tools/fuzz.sh $(or $(T),60) $(FUZZERS)

# What two analyzers have read and not complained of since it last changed.
# (GCC 12 sees leaks in structs that are handed over; LeakSanitizer and clang
# look for the real ones.)
build/lint/%.ok: %.c $(wildcard src/*/*.h) .clang-tidy Makefile | $(GEN)
	@mkdir -p $(@D)
	$(Q)gcc $(STD) $(PKG_C) -O1 -fanalyzer -Wno-analyzer-malloc-leak -Werror -c -o /dev/null $<
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- $(STD) $(PKG_C) 2>$@.err || { cat $@.err; exit 1; }
	@touch $@
analyze: $(SRC:%.c=build/lint/%.ok)
lint: $(B)/probed.mk
	@sh tools/deps check
	@sh tools/lint.sh
	@$(MAKE) --no-print-directory -k -j$(shell nproc) analyze
	@echo "lint: nothing found"
format:
	clang-format -i $(SRC) $(wildcard src/*/*.h tests/*/*.[ch] fuzz/*.c)

# Pictures of every page of a source and of the desk, in English and from right
# to left.
shots: $(B)/unit/test_view $(B)/unit/test_desk_pages
	@sh tools/shots.sh
pot:
	@sh tools/pot.sh

# Man pages are what the commands say of themselves.  Made with the program, so
# that `sudo make install` leaves nothing of root's in the tree.
PREFIX  ?= /usr/local
$(B)/man/sotto.1: $(B)/sotto tools/man.sh
	@sh tools/man.sh $(B)/sotto $(B)/man
man: $(B)/man/sotto.1
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install $(B)/sotto $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(B)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/

$(B)/measure $(B)/pages $(B)/desk $(B)/fill $(B)/rooms: $(B)/%: bench/%.c $(B)/libsotto.a | $(B)/probed.mk
	$(Q)$(CC) $(ALL) $(LINK) -o $@ $< $(B)/libsotto.a $(PKG_L)
# A room is the program again, with all its libraries.
$(B)/rooms: LINK += -Wl,--no-as-needed
# Built with the tests, so that what is measured seldom does not rot.
benches: $(B)/measure $(B)/pages $(B)/desk $(B)/fill $(B)/rooms
bench: all benches
	@sh tools/deps bench
	@B="$(B)" sh tools/bench.sh $(ROWS)

demo: all
	@$(B)/sotto demo
tour: all
	@$(B)/sotto demo --tour
clean:
	rm -rf build
help:
	@sed -n 's/^\([a-z-]*\):.*/make \1/p' Makefile
.PHONY: all tests benches analyze check check-long unit fuzzers fuzz lint format shots pot man \
        install demo tour clean help
-include $(OBJ:.o=.d) $(FUZZOBJ:.o=.d) $(TESTS:$(B)/unit/%=$(B)/tests/unit/%.d)
