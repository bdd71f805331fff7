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

python := .venv/bin/python
babel := $(python) -m babel.messages.frontend -q
locale := packages/sphinx-recaps/src/sphinx_recaps/locale
recaps := .venv/bin/sphinx-recaps
# A file of tests goes to one process, so that what its tests share is made once. Those that open a browser go first.
pytest = $(python) -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder
# Each builder has a doctree folder of its own: gettext refuses a shared one.
build = $(python) -m sphinx -M $@ . _build -d _build/doctrees/$@ -W --keep-going -n -j auto $(SPHINXOPTS)

html: site-tools _build/doctrees/html/environment.pickle ## build the site into _build/html
	@$(build)
	@$(python) -c 'import pathlib; print("Open", pathlib.Path("_build/html/index.html").resolve().as_uri())'

livehtml: site-tools ## build on every change and show the site in the browser
	@$(python) -m sphinx_autobuild . _build/livehtml -d _build/doctrees/livehtml -n -j auto --open-browser --port 0 \
	    --pre-build '$(MAKE) -s _build/doctrees/livehtml/environment.pickle' \
	    --ignore _build --ignore .hypothesis --re-ignore /__pycache__/

check: site-tools _build/doctrees/check/environment.pickle ## say in seconds what is wrong in pages and data, and where
	@$(recaps) check . --cache _build/doctrees/check

new-recap: site-tools ## make the folder of an event: NAME="PyTorch Developer Day 2021" DATE=2021-12-02
	@$(recaps) new recap --folder recaps -- $(call given,NAME) $(call given,DATE)

new-page: site-tools ## make a page for contributors: NAME="Mailing lists"
	@$(recaps) new page --folder contributors -- $(call given,NAME)

# The values that were given to make, and not those that the shell happens to have.
given = "$(if $(findstring command,$(origin $1)),$$$1)"

test: test-tools browser lint ## run all checks and tests
	@echo "Running the tests ..."
	@$(pytest)

test-all: test-tools browser programs lint ## run all tests, also the slow ones
	@echo "Running all tests ..."
	@$(pytest) -m "deep or not deep" --hypothesis-profile deep

lint: test-tools ## check the form and the types of the Python code
	@echo "Checking form and types ..."
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --check --quiet .
	@$(python) -m mypy --strict --no-error-summary
	@said=$$(.venv/bin/lint-imports packages/sphinx-recaps/pyproject.toml --no-cache) || { echo "$$said"; exit 1; }

bench: test-tools browser ## weigh and time the site, beside its budgets and default settings (10 to 15 minutes)
	@$(python) -m tools.bench

lighthouse: test-tools browser ## score every page with Lighthouse, which needs Node (RUNS=3, VERSION=12 or 13)
	@$(python) -m tools.lighthouse $(or $(VERSION),12) $(or $(RUNS),3)

linkcheck: ## try every link to another site
epub: ## build the ePub into _build/epub
linkcheck epub $(BUILDERS): %: site-tools _build/doctrees/%/environment.pickle
	@$(build)

images: site-tools ## fetch the images that data files name by address, so that pages show them
	@$(recaps) images .

archive-links: site-tools _build/doctrees/links/environment.pickle ## record archived copies of links (AGAIN=1: ask again, DEAD=1: mark dead links)
	@$(recaps) archive-links . --cache _build/doctrees/links $(if $(AGAIN),--again) $(if $(DEAD),--dead)

# The words are in Python only: scripts and templates get theirs from there.
messages: site-tools ## collect the words of the extension for translators, and compile their translations
	@$(babel) extract --no-location --omit-header --sort-output --width 120 -k mark_plural:1,2 -k plural_forms:1,2 \
	    -o $(locale)/sphinx_recaps.pot packages/sphinx-recaps/src/sphinx_recaps
	@$(babel) update -i $(locale)/sphinx_recaps.pot -d $(locale) -D sphinx_recaps --no-fuzzy-matching --ignore-obsolete \
	    --ignore-pot-creation-date --width 120
	@$(babel) compile -d $(locale) -D sphinx_recaps

clean: ## remove what was built (.venv stays)
	rm -rf _build .hypothesis .mypy_cache .pytest_cache .ruff_cache

lock: site-tools ## pin what requirements*.in ask for (UPGRADE=1: in the newest versions)
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

help: ## list the targets
	@echo "make <target>, where <target> is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@echo "or any other Sphinx builder by its name, which builds into _build/<name>:"
	@echo "$(BUILDERS)" | fold -s -w 76 | sed 's/^/  /'

# -- What the targets stand on -----------------------------------------------------------------------------------------

site-tools:
	@sh tools/venv.sh requirements.txt

test-tools:
	@sh tools/venv.sh requirements.txt requirements-dev.txt

browser: test-tools
	@$(python) tests/browser.py

programs: test-tools
	@$(python) -m tests.programs

# Sphinx reads a page again when the page changes, not when the code that reads it does.
_build/doctrees/%/environment.pickle: $(wildcard packages/*/src/*/*.py packages/*/src/*/*/*.py)
	@rm -f $@
