# Two commands for a fresh machine with Python 3.11 or newer, make and git: `make run` and `make test`.
# Everything is installed into .venv in this directory. Paths are relative, so the checkout's own path may hold spaces.

PYTHON ?= python3
CONFIG ?= configs/waltz_mearsheimer.toml
MODE ?= standard

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore
PIP = .venv/bin/python -m pip install --quiet

# Tests that call a program from outside Python run where that program is there.
LACKING = $(shell command -v ncdump >/dev/null 2>&1 || echo ' and not external') \
  $(shell { command -v chromium-headless-shell || command -v chromium || command -v google-chrome; } >/dev/null 2>&1 || echo ' and not browser') \
  $(shell Rscript --vanilla -e 'for (p in c("data.table", "haven", "jsonlite", "ncdf4", "survival")) loadNamespace(p)' >/dev/null 2>&1 || echo ' and not r') \
  $(shell { command -v munged && command -v slurmctld && command -v slurmd; } >/dev/null 2>&1 || echo ' and not slurm')

.PHONY: help run test test-peers validate bench bench-suite coverage gallery lint docs release-check clean

help:
	@echo 'make run       run $(CONFIG), print the table and the path of the figure'
	@echo 'make test      run the tests'
	@echo 'make test-peers  run the tests of what make bench compares with'
	@echo 'make validate  run the long statistical validation too (tens of minutes)'
	@echo 'make bench     measure speed beside other systems, make docs/benchmarks.md anew (a quarter of an hour)'
	@echo 'make bench-suite  measure kernels, engine and files by themselves, compare with the run before'
	@echo 'make coverage  measure how often the intervals hold the true value, make their tables anew'
	@echo 'make gallery   run the experiments of docs/gallery, make its figures and numbers anew (seven minutes)'
	@echo 'make gallery ALL=1  make every figure and table of docs/ anew; ONLY=name: some; LIST=1: names and times'
	@echo 'make lint      check format, style, types and imports'
	@echo 'make docs      build the documentation into site/'
	@echo 'make release-check  build the wheel, install it into a fresh environment, take the first steps there'
	@echo 'make clean     remove what the others made, except runs/'

run: .venv/.installed
	@.venv/bin/hegemon run "$(CONFIG)"

# A file's tests stay together: they share what they have set up.
test: .venv/.test
	.venv/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile -m "not slow and not peers$(LACKING)"

test-peers: .venv/.test .venv/.peers
	.venv/bin/python -m pytest -m peers

validate: .venv/.test
	.venv/bin/python -m pytest -m "slow$(LACKING)"

# MODE=quick or full; BEFORE=revision, to measure its cold start too; VAST=1 for 10^8 replicas too.
# Goes on where it was interrupted.
bench: .venv/.peers
	.venv/bin/python bench/run.py --mode $(MODE) $(if $(BEFORE),--before "$(BEFORE)") $(if $(VAST),--vast)

bench-suite: .venv/.test
	.venv/bin/python -m pytest bench/suite --benchmark-enable --benchmark-only --benchmark-autosave \
	  $(if $(wildcard .benchmarks/*/*.json),--benchmark-compare)

# PART=name: one of the modules of bench/coverage_studies; all without it.
coverage: .venv/.test
	.venv/bin/python bench/cover.py $(PART)

# PAGE=name: one page or several; LIST=1 names them. Goes on where it was interrupted.
# ALL=1: every figure and table of docs/, not the gallery alone (docs/reproduce.md); ONLY=name: some of them.
gallery: .venv/.installed $(if $(ALL),$(if $(LIST),,.venv/.test .venv/.peers))
	.venv/bin/python $(if $(ALL),bench/reproduce.py $(ONLY),bench/make_gallery.py $(PAGE)) $(if $(LIST),--list)

lint: .venv/.dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# In environments of its own: PYTHON=python3.13 tries another Python.
release-check:
	.ci/release-check "$(PYTHON)"

docs: .venv/.docs
	.venv/bin/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs site
	@echo 'the documentation is in site/index.html'

clean:
	rm -rf .venv site dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.installed: pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo 'hegemon needs Python 3.11 or newer: there is no $(PYTHON) (try: make PYTHON=python3.12)' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hegemon needs Python 3.11 or newer: $(PYTHON) is $$("$(PYTHON)" -V 2>&1) (try: make PYTHON=python3.12)" >&2; exit 1; }
	@echo 'installing hegemon into .venv (about a minute the first time)'
	@test -x .venv/bin/python || "$(PYTHON)" -m venv .venv
	@$(PIP) --upgrade 'pip>=25.1'
	@$(PIP) --editable .
	@touch $@

# pip 25.1 and newer read dependency groups.
.venv/.test .venv/.dev .venv/.docs .venv/.peers: .venv/.%: .venv/.installed
	@$(PIP) --group $*
	@touch $@
