# make demo   the whole way on the sample corpora      make test   the whole check
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: demo test install lock clean

demo: $(INSTALLED)
	$(BIN)/ringfence demo

test: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

install: $(INSTALLED)

$(INSTALLED): requirements.lock requirements.build pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.build
	@$(BIN)/pip install --quiet --require-hashes --no-deps --no-build-isolation -r requirements.lock || { \
	  echo "The locked packages could not be installed. If it was torch: pip must see the CPU build"; \
	  echo "named in requirements.lock, from PyTorch's CPU index or a folder in PIP_FIND_LINKS."; \
	  exit 2; }
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(INSTALLED)

# The one command that makes the lock file. It needs pip-tools.
lock:
	pip-compile --quiet --no-header --strip-extras --generate-hashes --allow-unsafe \
	  --no-emit-index-url --no-emit-find-links --no-emit-options \
	  --extra dev --extra runtime --extra train --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .ringfence build dist
