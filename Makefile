# `make help` lists the targets. Needs GNU make 3.81 or newer, a POSIX shell and Python 3.11 or newer.

TARGETS := html livehtml check new-recap new-page images messages test test-all lint bench lighthouse linkcheck archive-links epub clean lock help
BUILDERS := dirhtml singlehtml latex latexpdf text man texinfo info gettext xml pseudoxml htmlhelp qthelp devhelp \
            changes dummy

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(TARGETS) $(BUILDERS) site-tools test-tools browser programs

unknown := $(filter-out $(TARGETS) $(BUILDERS) _build/%,$(MAKECMDGOALS))
ifneq ($(unknown),)
$(error "$(unknown)" is neither a target nor a builder that works here: "make help" lists them)
endif

# Python compiles the packages and tests once, and not again in each of the processes that a build or test run starts.
unexport PYTHONDONTWRITEBYTECODE

python := .venv/bin/python
babel := $(python) -m babel.messages.frontend -q
locale := packages/sphinx-recaps/src/sphinx_recaps/locale
recaps := .venv/bin/sphinx-recaps
# All tests of a file run in one process, so that shared fixtures are made once. Browser tests start first. One process
# more than there are processors keeps these busy while a test waits for a browser.
workers = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)))
pytest = $(python) -m pytest -n $(workers) --maxprocesses 8 --dist loadfile --no-loadscope-reorder
# Each builder has its own doctree folder, because gettext does not work with a shared one.
build = $(python) -m sphinx -M $@ . _build -d _build/doctrees/$@ -W --keep-going -n -j auto $(SPHINXOPTS)

html: site-tools _build/doctrees/html/environment.pickle ## build the site into _build/html
	@$(build)
	@$(python) -c 'import pathlib; print("Open", pathlib.Path("_build/html/index.html").resolve().as_uri())'

livehtml: site-tools ## build on every change and show the site in the browser
	@$(python) -m sphinx_autobuild . _build/livehtml -d _build/doctrees/livehtml -n -j auto --open-browser --port 0 \
	    --pre-build '$(MAKE) -s _build/doctrees/livehtml/environment.pickle' \
	    --ignore _build --ignore .hypothesis --re-ignore /__pycache__/

check: site-tools _build/doctrees/check/environment.pickle ## list all mistakes in pages and data files, in seconds
	@$(recaps) check . --cache _build/doctrees/check

new-recap: site-tools ## create the folder of an event: NAME="PyTorch Sprint 2026" DATE=2026-12-02
	@$(recaps) new recap --folder recaps -- $(call given,NAME) $(call given,DATE)

new-page: site-tools ## create a page for contributors: NAME="Mailing lists"
	@$(recaps) new page --folder contributors -- $(call given,NAME)

# Values from the command line of make, not from the environment.
given = "$(if $(findstring command,$(origin $1)),$$$1)"

test: test-tools browser lint ## run all checks and tests
	@echo "Running the tests ..."
	@$(pytest)

test-all: test-tools browser programs lint ## run all tests, including the slow ones
	@echo "Running all tests ..."
	@$(pytest) -m "deep or not deep" --hypothesis-profile deep

lint: test-tools ## check the style, types and imports of the Python code
	@echo "Checking style and types ..."
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --check --quiet .
	@$(python) -m mypy --strict --no-error-summary
	@output=$$(.venv/bin/lint-imports packages/sphinx-recaps/pyproject.toml --no-cache) || { echo "$$output"; exit 1; }

bench: test-tools browser ## compare size and speed of the site with its budgets and default settings (10 to 15 minutes)
	@$(python) -m tools.bench

lighthouse: test-tools browser ## score every page with Lighthouse, which needs Node (RUNS=3, VERSION=12 or 13)
	@$(python) -m tools.lighthouse $(or $(VERSION),12) $(or $(RUNS),3)

linkcheck: ## check every link to another site
epub: ## build the ePub into _build/epub
linkcheck epub $(BUILDERS): %: site-tools _build/doctrees/%/environment.pickle
	@$(build)

images: site-tools ## fetch images whose address is in a data file
	@$(recaps) images .

archive-links: site-tools _build/doctrees/links/environment.pickle ## record archived copies of links (AGAIN=1: look up all again, DEAD=1: mark dead links)
	@$(recaps) archive-links . --cache _build/doctrees/links $(if $(AGAIN),--again) $(if $(DEAD),--dead)

# The words are in Python only: scripts and templates get theirs from there.
messages: site-tools ## collect the words of the extension for translators, and compile their translations
	@$(babel) extract --no-location --omit-header --sort-output --width 120 -k mark_plural:1,2 -k plural_forms:1,2 \
	    -o $(locale)/sphinx_recaps.pot packages/sphinx-recaps/src/sphinx_recaps
	@$(babel) update -i $(locale)/sphinx_recaps.pot -d $(locale) -D sphinx_recaps --no-fuzzy-matching --ignore-obsolete \
	    --ignore-pot-creation-date --width 120
	@$(babel) compile -d $(locale) -D sphinx_recaps

clean: ## remove build results (.venv stays)
	rm -rf _build .hypothesis .mypy_cache .pytest_cache .ruff_cache

lock: site-tools ## pin the packages in requirements*.in (UPGRADE=1: newest versions)
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

help: ## list the targets
	@echo "make <target>, where <target> is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@echo "or the name of another Sphinx builder, which builds into _build/<name>:"
	@echo "$(BUILDERS)" | fold -s -w 76 | sed 's/^/  /'

# -- Prerequisites -----------------------------------------------------------------------------------------------------

site-tools:
	@sh tools/venv.sh requirements.txt

test-tools:
	@sh tools/venv.sh requirements.txt requirements-dev.txt

browser: test-tools
	@$(python) tests/browser.py

programs: test-tools
	@$(python) -m tests.programs

# Sphinx reads a page again when the page changes, but not when the code of the extension does.
_build/doctrees/%/environment.pickle: $(wildcard packages/*/src/*/*.py packages/*/src/*/*/*.py)
	@rm -f $@
