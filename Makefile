# SPDX-License-Identifier: ISC
#
# routevigil: GNU make is all it takes.  `make help` lists the targets.
#
# A new lib/*/x.c, plugins/check_x.c, tools/vigil-x.c or test is found by its
# place.  A source that needs a library says so in a line `pkg-config: NAME` of
# its opening comment; where the library is missing, that source and the
# programs that include its header are left out, and make says so.

VARIANT ?= release
O := build/$(VARIANT)

PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
SYSCONFDIR ?= /etc
UNITDIR ?= /lib/systemd/system

CC ?= cc
ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(VARIANT)),clang,gcc)
endif
PKG_CONFIG ?= pkg-config
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))

# --- libraries ---------------------------------------------------------------
LIB_SRC_ALL := $(sort $(wildcard lib/*/*.c))
needed_by = $(shell sed -n 's/^.*pkg-config: *//p' $(1))
PACKAGES := $(sort $(call needed_by,$(LIB_SRC_ALL)))
MISSING := $(foreach p,$(PACKAGES),$(if $(shell $(PKG_CONFIG) --exists $(p) && echo 1),,$(p)))
HAVE := $(filter-out $(MISSING),$(PACKAGES))
DROPPED_SRC := $(foreach f,$(LIB_SRC_ALL),$(if $(filter $(MISSING),$(call needed_by,$(f))),$(f)))
LIB_SRC := $(filter-out $(DROPPED_SRC),$(LIB_SRC_ALL))
# What includes the header of a dropped source cannot be linked.
dropped_headers := $(patsubst lib/%.c,%.h,$(DROPPED_SRC))
uses_dropped = $(if $(dropped_headers),$(shell grep -lF $(foreach h,$(dropped_headers),-e '"$(h)"') $(1) /dev/null))
PROG_SRC_ALL := $(sort $(wildcard plugins/check_*.c tools/vigil-*.c))
PROG_SRC := $(filter-out $(call uses_dropped,$(PROG_SRC_ALL)),$(PROG_SRC_ALL))
TEST_SRC_ALL := $(sort $(wildcard tests/unit/test_*.c tests/plugins/test_*.c))
TEST_SRC := $(filter-out $(call uses_dropped,$(TEST_SRC_ALL)),$(TEST_SRC_ALL))
FUZZ_SRC_ALL := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SRC := $(filter-out $(call uses_dropped,$(FUZZ_SRC_ALL)),$(FUZZ_SRC_ALL))

# --- flags -------------------------------------------------------------------
WARN := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes \
    -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wundef \
    -Wpointer-arith -Wimplicit-fallthrough
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
    -fstack-clash-protection -fcf-protection=full -fPIE \
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

# Bit-for-bit the same wherever it is built.
REPRO := -ffile-prefix-map=$(CURDIR)=. -fdebug-prefix-map=$(CURDIR)=.
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -Ilib $(WARN) $(REPRO) $(flags.$(VARIANT)) \
    $(if $(HAVE),$(shell $(PKG_CONFIG) --cflags $(HAVE))) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(ldflags.$(VARIANT)) -Wl,--as-needed -Wl,--build-id=sha1 $(LDFLAGS)
LIBS := $(if $(HAVE),$(shell $(PKG_CONFIG) --libs $(HAVE)))

LIB := $(O)/libroutevigil.a
PROGRAMS := $(patsubst %.c,$(O)/%,$(notdir $(PROG_SRC)))
TESTS := $(patsubst tests/%.c,$(O)/tests/%,$(TEST_SRC))
FUZZERS := $(patsubst tests/%.c,$(O)/tests/%,$(FUZZ_SRC))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: $(PROGRAMS)
	@$(if $(MISSING),echo "left out for want of $(MISSING):" \
	    "$(notdir $(basename $(filter-out $(PROG_SRC),$(PROG_SRC_ALL))))",:)

$(O)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_SRC:%.c=$(O)/obj/%.o)
	@rm -f $@
	$(AR) rcsD $@ $^

$(O)/%: $(O)/obj/plugins/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)
$(O)/%: $(O)/obj/tools/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# A unit test may include the source it tests; the archive fills the rest.
$(O)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -I. -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS) \
	    $(shell $(PKG_CONFIG) --cflags --libs check)
$(O)/tests/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -I. -fsanitize=fuzzer -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(shell find $(O) -name '*.d' 2>/dev/null)

.PHONY: unit fuzzers clean
tests: $(TESTS)
unit: $(TESTS)
	@for t in $(TESTS); do $$t || exit 1; done
fuzzers: $(FUZZERS)
clean:
	rm -rf build

# Real BGP daemons in network namespaces, left running for a person.
.PHONY: lab
lab: all
	@tests/lab/lab up
