# SPDX-License-Identifier: ISC
#
# routevigil: GNU make is all it takes.  `make help` lists the targets.
#
# A new lib/*/x.c, plugins/check_x.c, tools/vigil-x.c, man/x.[18].in or test is
# found by its place.  A source that needs a library says so in its opening
# comment, `pkg-config: NAME`; where the library is missing, that source and
# the programs that use it are left out, and make says so.  A program that
# needs a file capability says `capability: NAME` in the same place; one that is
# to start without the dynamic loader says `link: static` (STATIC=no: not even
# that one).

VARIANT ?= release
O := build/$(VARIANT)

PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),,$(PREFIX))/etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
COMPLETIONDIR ?= $(DATADIR)/bash-completion/completions
DOCDIR ?= $(DATADIR)/doc/routevigil
# Where the engines look by themselves, when a packager knows the places.
NAGIOSDIR ?= $(DATADIR)/routevigil/nagios
ICINGADIR ?= $(DATADIR)/routevigil/icinga2

ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(VARIANT)),clang,gcc)
endif
PKG_CONFIG ?= pkg-config
INSTALL ?= install
SETCAP ?= setcap
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
FUZZ_SECONDS ?= 30
# Only where changes are tested: a newer compiler may always warn of more.
WERROR ?= $(CI)
VERSION := $(shell sed -n 's/.*PLUGIN_VERSION "\(.*\)"/\1/p' lib/frame/plugin.h)

# --- what there is -----------------------------------------------------------
# `NAME: a b (why)` in a comment of FILE, as the words FILE:a FILE:b.
declared = $(shell awk '$$1 ~ /^(\/?\*|\#)$$/ && $$2 == "$(1):" { \
    for (i = 3; i <= NF && $$i ~ /^[A-Za-z]/; i++) \
        print FILENAME ":" $$i }' /dev/null $(2))
values_of = $(sort $(foreach d,$(1),$(lastword $(subst :, ,$(d)))))

LIB_ALL := $(sort $(wildcard lib/*/*.c))
PROG_ALL := $(sort $(wildcard plugins/check_*.c tools/vigil-*.c))
TEST_ALL := $(sort $(wildcard tests/unit/test_*.c tests/plugins/test_*.c))
FUZZ_ALL := $(sort $(wildcard tests/fuzz/fuzz_*.c))

PACKAGES := $(call values_of,$(call declared,pkg-config,$(LIB_ALL)))
MISSING := $(if $(PACKAGES),$(shell for p in $(PACKAGES); do \
    $(PKG_CONFIG) --exists $$p 2>/dev/null || echo $$p; done))
HAVE := $(filter-out $(MISSING),$(PACKAGES))
DROPPED := $(if $(MISSING),$(shell awk -v missing="$(MISSING)" -f \
    scripts/dropped.awk $(wildcard lib/*/*.h) $(LIB_ALL) $(PROG_ALL) \
    $(TEST_ALL) $(FUZZ_ALL)))

LIB_SRC := $(filter-out $(DROPPED),$(LIB_ALL))
PROG_SRC := $(filter-out $(DROPPED),$(PROG_ALL))
TEST_SRC := $(filter-out $(DROPPED),$(TEST_ALL))
FUZZ_SRC := $(filter-out $(DROPPED),$(FUZZ_ALL))

LIB := $(O)/libroutevigil.a
PROGRAMS := $(patsubst %.c,$(O)/%,$(notdir $(PROG_SRC)))
LEFT_OUT := $(basename $(notdir $(filter $(DROPPED),$(PROG_ALL))))
TESTS := $(TEST_SRC:%.c=$(O)/%)
FUZZERS := $(FUZZ_SRC:%.c=$(O)/%)
MANPAGES := $(patsubst man/%.in,$(O)/man/%,$(sort $(wildcard \
    man/*.7.in $(foreach p,$(notdir $(PROGRAMS)),man/$(p).[18].in))))
COMPLETIONS := $(patsubst $(O)/%,$(O)/completion/%,$(PROGRAMS))

# --- flags -------------------------------------------------------------------
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)

# A row of a table may end where the rest of it is zero.
WARN := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wformat=2 \
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wundef \
    -Wpointer-arith -Wimplicit-fallthrough $(if $(WERROR),-Werror)
# Control flow integrity has another name on each processor; clang 14 has no
# plain switch for zeroed variables.
CONTROL_FLOW := $(if $(filter x86_64-% i%86-%,$(MACHINE)),-fcf-protection=full) \
    $(if $(filter aarch64-%,$(MACHINE)),-mbranch-protection=standard)
# A packager's own degree is left as it is.
FORTIFY := $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),, \
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDEN := $(FORTIFY) -fstack-protector-strong \
    -fstack-clash-protection -fPIE $(CONTROL_FLOW) \
    $(if $(IS_CLANG),,-ftrivial-auto-var-init=zero)
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer

flags.release := -O2 -g $(HARDEN)
ldflags.release := $(HARDEN_LD)
flags.asan := -O1 -g $(SANITIZE)
ldflags.asan := $(SANITIZE)
flags.cov := -O0 -g --coverage
ldflags.cov := --coverage
flags.fuzz := -O1 -g -fsanitize=fuzzer-no-link $(SANITIZE)
ldflags.fuzz := $(SANITIZE)
ifeq ($(flags.$(VARIANT)),)
$(error VARIANT must be release, asan, cov or fuzz, not '$(VARIANT)')
endif

# The same bits wherever it is built.
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=.
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -Ilib $(WARN) $(REPRODUCIBLE) \
    $(flags.$(VARIANT)) $(if $(HAVE),$(shell $(PKG_CONFIG) --cflags $(HAVE))) \
    $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(ldflags.$(VARIANT)) -Wl,--as-needed -Wl,--exclude-libs,ALL -Wl,--build-id=sha1 \
    $(CFLAGS) $(LDFLAGS)
ALL_LIBS := $(if $(HAVE),$(shell $(PKG_CONFIG) --libs $(HAVE))) -lm $(LIBS)
# Two thirds of a small program's start are the dynamic loader.  Position
# independent all the same; it needs the static C library.
STATIC ?= $(if $(filter release,$(VARIANT)),yes,no)
HAS_STATIC := $(if $(filter yes,$(STATIC)),$(wildcard $(shell \
    $(CC) -print-file-name=rcrt1.o 2>/dev/null)))
STATIC_LINKED := $(if $(HAS_STATIC),$(foreach d,$(call declared,link,$(PROG_SRC)), \
    $(if $(filter %:static,$(d)),$(O)/$(basename $(notdir $(firstword $(subst :, ,$(d))))))))
$(STATIC_LINKED): private ALL_LDFLAGS := $(patsubst -pie,-static-pie,$(ALL_LDFLAGS))
$(STATIC_LINKED): private ALL_LIBS := -lm $(LIBS)
CHECK_LIBS = $(shell $(PKG_CONFIG) --libs check)

# --- building ----------------------------------------------------------------
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE
FORCE:

# One short line a command; V=1 shows all of it.
does = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)
.PHONY: all programs docs tests fuzzers
all: programs $(if $(filter release,$(VARIANT)),docs) ## build all programs
programs: $(PROGRAMS)
	@$(if $(LEFT_OUT),echo "left out: $(LEFT_OUT) (missing: $(MISSING))",:)
docs: $(MANPAGES) $(COMPLETIONS)
tests: $(TESTS)
fuzzers: $(FUZZERS)

# Whatever changes a command line rebuilds what it made.  make writes the file
# before it runs the recipe, so it must also make the directory.
$(O)/flags: FORCE
	@$(shell mkdir -p $(@D))$(file >$@.new,$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(ALL_LIBS) $(LIB_SRC) $(STATIC_LINKED)) \
	    if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

$(O)/obj/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call does,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Tests may include the source they test, wherever it lies.
$(O)/obj/tests/%.o: private ALL_CFLAGS += -I.

$(LIB): $(LIB_SRC:%.c=$(O)/obj/%.o)
	@rm -f $@
	$(call does,AR)$(AR) rcsD $@ $^

$(O)/check_%: $(O)/obj/plugins/check_%.o $(LIB)
	$(call does,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(ALL_LIBS)
$(O)/vigil-%: $(O)/obj/tools/vigil-%.o $(LIB)
	$(call does,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(ALL_LIBS)
$(O)/tests/%: $(O)/obj/tests/%.o $(LIB)
	@mkdir -p $(@D)
	$(call does,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(ALL_LIBS) $(CHECK_LIBS)
$(O)/tests/fuzz/%: $(O)/obj/tests/fuzz/%.o $(LIB)
	@mkdir -p $(@D)
	$(call does,LINK)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(ALL_LIBS)

$(O)/man/%.8: man/%.8.in $(O)/% scripts/mkman
	@mkdir -p $(@D)
	$(call does,MAN)scripts/mkman $(O)/$* $< >$@
$(O)/man/%.1: man/%.1.in $(O)/% scripts/mkman
	@mkdir -p $(@D)
	$(call does,MAN)scripts/mkman $(O)/$* $< >$@
$(O)/man/%.7: man/%.7.in lib/frame/plugin.h Makefile
	@mkdir -p $(@D)
	$(call does,MAN)sed 's/^\.Os routevigil$$/& $(VERSION)/' $< >$@
$(O)/completion/%: $(O)/%
	@mkdir -p $(@D)
	$(call does,BASH)$< --describe=bash >$@

-include $(patsubst %.c,$(O)/obj/%.d,$(LIB_SRC) $(PROG_SRC) $(TEST_SRC) $(FUZZ_SRC))

# What is generated and yet committed, because people read it here.
.PHONY: contrib
contrib: programs ## regenerate what contrib/ takes from the option tables
	scripts/mkicinga $(PROGRAMS) >contrib/icinga2/routevigil.conf

# --- testing -----------------------------------------------------------------
# A set-up may add libraries, so what follows it is another make.
AGAIN = $(MAKE) --no-print-directory \
    $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
CLI_TESTS := $(sort $(wildcard tests/cli/*.bats))
PROJECT_TESTS := $(sort $(wildcard tests/project/*.bats tests/lab/*.bats \
    tests/engines/*.bats))
all_in = $(patsubst %.c,build/$(1)/%,$(2))

.PHONY: check check-asan check-systemd unit torture coverage fuzz fuzz-replay
check: ## set up, build, run all tests
	@scripts/setup build check
	@$(AGAIN) all tests
	@if command -v $(FUZZ_CC) >/dev/null; then $(AGAIN) VARIANT=fuzz CC=$(FUZZ_CC) fuzzers; fi
	@BIN=$(O) tests/run $(call all_in,$(VARIANT),$(TEST_ALL)) $(CLI_TESTS) \
	    $(PROJECT_TESTS) $(call all_in,fuzz,$(FUZZ_ALL))
check-asan: ## the tests of code and programs, under ASan and UBSan
	@scripts/setup build check
	@$(AGAIN) VARIANT=asan all tests
	@BIN=build/asan tests/run $(call all_in,asan,$(TEST_ALL)) $(CLI_TESTS)
check-systemd: ## the tests under a systemd that is process 1, tests/systemd
	@scripts/setup build check
	@$(AGAIN) all
	@BIN=$(O) tests/run $(sort $(wildcard tests/systemd/*.bats))
unit: tests ## the libcheck tests alone
	@tests/run $(TESTS)
# What knows TORTURE does more of the same: hours instead of seconds.
TORTURES = $(sort $(shell grep -l TORTURE $(TEST_SRC) $(wildcard tests/*/*.bats)))
torture: all tests ## the long campaigns, of all tests that have one
	@BIN=$(O) TORTURE=1 TEST_SECONDS=14400 tests/run \
	    $(patsubst %.c,$(O)/%,$(TORTURES))
coverage: ## which lines the tests reach
	@scripts/setup build check coverage
	@$(AGAIN) VARIANT=cov all tests
	@find build/cov -name '*.gcda' -delete
	@BIN=build/cov tests/run $(call all_in,cov,$(TEST_ALL)) $(CLI_TESTS)
	@gcovr --root . --filter lib/ --filter plugins/ --filter tools/ \
	    --object-directory build/cov --sort-uncovered build/cov

FUZZ_CC := $(if $(findstring clang,$(CC)),$(CC),clang)
fuzz: ## fuzz every parser for FUZZ_SECONDS each; new inputs join its corpus
	@scripts/setup build fuzz
	@$(AGAIN) VARIANT=fuzz CC=$(FUZZ_CC) fuzzers
	@for f in $(call all_in,fuzz,$(FUZZ_ALL)); do \
	    corpus=tests/fuzz/corpus/$${f##*/fuzz_}; mkdir -p $$corpus; \
	    echo "$$f"; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=build/fuzz/ \
	        -print_final_stats=1 $$corpus || exit 1; \
	done
fuzz-replay: ## run every fuzz target once over its corpus
	@scripts/setup build fuzz
	@$(AGAIN) VARIANT=fuzz CC=$(FUZZ_CC) fuzzers
	@tests/run $(call all_in,fuzz,$(FUZZ_ALL))

# Real BGP daemons in network namespaces, left running for a person.
.PHONY: bench demo lab
lab: all ## real BGP daemons in network namespaces, left running
	@tests/lab/lab up
bench: ## measure, side by side with what else a user would run
	@scripts/setup build bench
	@$(AGAIN) all
	@missed=; for b in $(filter-out bench/lib.sh,$(sort $(wildcard bench/*.sh))); do \
	    echo "== $$b"; $$b || missed="$$missed $$b"; echo; done; \
	    if [ -n "$$missed" ]; then echo "targets missed in:$$missed"; exit 1; fi
demo: ## set up, build, show the programs at work on this machine
	@scripts/setup build demo
	@mkdir -p build
	@$(AGAIN) all >build/demo.log 2>&1 || { cat build/demo.log; exit 1; }
	@scripts/demo $(O)

# --- reading the code --------------------------------------------------------
C_ALL := $(LIB_ALL) $(PROG_ALL) $(TEST_ALL) $(FUZZ_ALL) $(sort $(wildcard bench/*.c))
H_ALL := $(sort $(wildcard lib/*/*.h tests/*/*.h))
C_BUILT := $(LIB_SRC) $(PROG_SRC) $(TEST_SRC) $(FUZZ_SRC) $(sort $(wildcard bench/*.c))

.PHONY: lint lint-c format format-check
lint: ## formatting and static analysis
	@scripts/setup build lint
	@$(AGAIN) docs
	@code=0; scripts/lint || code=1; $(AGAIN) -k lint-c || code=1; exit $$code
lint-c: $(C_BUILT:%.c=$(O)/lint/%.tidy) \
    $(patsubst %.c,$(O)/lint/%.analyzer,$(LIB_SRC) $(PROG_SRC))
# One analysis a source, repeated only when it or a header of it has changed.
$(O)/lint/%.tidy: $(O)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	$(call does,TIDY)clang-tidy --quiet $*.c -- -std=c11 -D_GNU_SOURCE -Ilib -I. 2>$@.log || \
	    { cat $@.log; exit 1; }
	@touch $@
$(O)/lint/%.analyzer: $(O)/obj/%.o
	@mkdir -p $(@D)
	$(call does,ANLZ)gcc -std=c11 -D_GNU_SOURCE -Ilib -O2 -fanalyzer \
	    -Wno-analyzer-malloc-leak -Wno-analyzer-null-dereference -Werror -c -o /dev/null $*.c
	@touch $@
format: ## put the sources into the one format
	clang-format -i $(C_ALL) $(H_ALL)
format-check:
	@clang-format --dry-run -Werror $(C_ALL) $(H_ALL)

# --- installing --------------------------------------------------------------
# FILE>PLACE>MODE for each file, so that uninstall removes just these.
placed = $(foreach f,$(1),$(f)>$(2)/$(notdir $(f))>$(3))
TOOLS := $(filter $(O)/vigil-%,$(PROGRAMS))
# What contrib/ has for engines to read as it is, and for people to adapt.
COMMANDS := $(wildcard $(patsubst $(O)/%,contrib/nagios/%.cfg,$(PROGRAMS)))
CHECK_COMMANDS := contrib/icinga2/routevigil.conf
UNITS := $(sort $(wildcard contrib/systemd/*.service contrib/systemd/*.timer \
    contrib/systemd/*.path))
SYSUSERS := $(sort $(wildcard contrib/sysusers.d/*.conf))
SCHEMAS := $(sort $(wildcard contrib/schema/*.json))
EXAMPLES := $(filter-out $(COMMANDS) $(CHECK_COMMANDS) $(UNITS) $(SYSUSERS) \
    $(SCHEMAS) contrib/etc/% contrib/rpm/% contrib/container/%, \
    $(sort $(shell find contrib -type f)))

# They are written for PREFIX=/usr and are installed for the PREFIX there is.
PATHS := s|/usr/bin/vigil-|$(BINDIR)/vigil-|g; \
    s|/usr/lib/nagios/plugins|$(PLUGINDIR)|g; \
    s|/etc/routevigil|$(SYSCONFDIR)/routevigil|g
ADAPTED := $(UNITS) $(EXAMPLES)
adapted = $(foreach f,$(1),$(if $(filter $(f),$(ADAPTED)),$(O)/$(f),$(f)))
.PHONY: adapted
adapted: $(ADAPTED:%=$(O)/%)
$(ADAPTED:%=$(O)/%): $(O)/%: % FORCE
	@mkdir -p "$(@D)"; sed '$(PATHS)' "$<" >"$@"

INSTALLED := \
    $(call placed,$(filter $(O)/check_%,$(PROGRAMS)),$(PLUGINDIR),755) \
    $(call placed,$(TOOLS),$(BINDIR),755) \
    $(call placed,$(filter %.1,$(MANPAGES)),$(MANDIR)/man1,644) \
    $(call placed,$(filter %.7,$(MANPAGES)),$(MANDIR)/man7,644) \
    $(call placed,$(filter %.8,$(MANPAGES)),$(MANDIR)/man8,644) \
    $(call placed,$(COMPLETIONS),$(COMPLETIONDIR),644) \
    $(call placed,$(COMMANDS),$(NAGIOSDIR),644) \
    $(call placed,$(CHECK_COMMANDS),$(ICINGADIR),644) \
    $(call placed,$(SCHEMAS),$(DATADIR)/routevigil/schema,644) \
    $(call placed,$(call adapted,$(UNITS)),$(UNITDIR),644) \
    $(call placed,$(SYSUSERS),$(SYSUSERSDIR),644) \
    $(call placed,$(sort $(wildcard contrib/etc/*)),$(SYSCONFDIR)/routevigil,644) \
    $(foreach f,$(EXAMPLES),$(call placed,$(call adapted,$(f)),$(DOCDIR)/examples/$(patsubst \
        examples/%,%,$(patsubst contrib/%,%,$(dir $(f)))),644)) \
    $(call placed,$(sort $(wildcard docs/*)),$(DOCDIR)/docs,644) \
    $(call placed,README.md CHANGELOG.md LICENSE,$(DOCDIR),644)
place_of = $(word 2,$(subst >, ,$(1)))
# Engines find the tools beside the checks: LINK>PLACE.
LINKED := $(if $(filter $(BINDIR),$(PLUGINDIR)),,$(foreach t,$(notdir $(TOOLS)), \
    $(shell realpath -m --relative-to="$(PLUGINDIR)" "$(BINDIR)/$(t)")>$(PLUGINDIR)/$(t)))
CAPABILITIES := $(call declared,capability,$(PROG_SRC))
# plugins/check_x.c:cap_y to check_x, and to the installed check_x.
capable_name = $(basename $(notdir $(firstword $(subst :, ,$(1)))))
capable = $(filter $(PLUGINDIR)/$(call capable_name,$(1)) $(BINDIR)/$(call capable_name,$(1)), \
    $(foreach i,$(INSTALLED),$(call place_of,$(i))))
OWN_DIRECTORIES := "$(DESTDIR)$(DATADIR)/routevigil" "$(DESTDIR)$(DOCDIR)" \
    "$(DESTDIR)$(SYSCONFDIR)/routevigil"

define newline


endef

.PHONY: install uninstall install-caps capabilities version
install: all adapted ## copy to DESTDIR and PREFIX; needs no privilege of its own
	$(foreach i,$(INSTALLED),@$(INSTALL) -D -m $(lastword $(subst >, ,$(i))) \
	    $(firstword $(subst >, ,$(i))) "$(DESTDIR)$(call place_of,$(i))"$(newline))
	$(foreach i,$(LINKED),@ln -sfn $(firstword $(subst >, ,$(i))) \
	    "$(DESTDIR)$(lastword $(subst >, ,$(i)))"$(newline))
	@$(if $(CAPABILITIES),echo "some checks need a capability: make install-caps",:)
uninstall: ## remove what install copied, and nothing else
	$(foreach i,$(INSTALLED) $(LINKED),@rm -f "$(DESTDIR)$(call place_of,$(i))"$(newline))
	@for d in $(OWN_DIRECTORIES); do \
	    if [ -d "$$d" ]; then find "$$d" -depth -type d -empty -delete; fi; done
# Permitted, and not effective: the programs raise it themselves, and the kernel
# still starts them where it is out of reach (a container, a unit's bounding set).
install-caps: ## the privileged step: file capabilities, never setuid
	@$(if $(CAPABILITIES),,echo "no program needs a capability")
	$(foreach c,$(CAPABILITIES),$(SETCAP) $(lastword $(subst :, ,$(c)))=p \
	    "$(DESTDIR)$(call capable,$(c))"$(newline))
capabilities: ## which program needs which, for packagers
	@:$(foreach c,$(CAPABILITIES),; echo $(call capable_name,$(c)) $(lastword $(subst :, ,$(c))))
version:
	@echo $(VERSION)

# --- releasing ---------------------------------------------------------------
.PHONY: dist sbom check-packages check-container clean help
DIST ?= HEAD
DISTDIR ?= build
dist: ## the source as an archive, the same bits from the same commit
	@mkdir -p "$(DISTDIR)"
	git -c tar.umask=0022 archive --format=tar --prefix=routevigil-$(VERSION)/ $(DIST) | \
	    gzip -n9 >"$(DISTDIR)/routevigil-$(VERSION).tar.gz"
sbom: programs ## what the programs are made of, as an SPDX document
	scripts/sbom $(VERSION) $(PROGRAMS) >$(O)/routevigil-$(VERSION).spdx.json
check-packages: all ## the release: archive, packages, SBOM, versions
	@scripts/setup build check
	@BIN=$(O) tests/run $(addprefix tests/project/,$(addsuffix .bats,versions sbom packages container))
check-container: ## build and use the container with buildah: takes minutes
	@tests/run tests/container/build.bats
clean: ## remove build/
	rm -rf build
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | sort | \
	    while read -r target what; do printf '  %-13s %s\n' "$$target" "$$what"; done
	@echo
	@echo "VARIANT=release|asan|cov|fuzz  builds in build/VARIANT"
	@echo "STATIC=no  links no program with the static C library"
	@echo "DESTDIR, PREFIX, PLUGINDIR, BINDIR, DATADIR, MANDIR, SYSCONFDIR, UNITDIR, SYSUSERSDIR,"
	@echo "COMPLETIONDIR, DOCDIR, NAGIOSDIR, ICINGADIR  where install puts it"
