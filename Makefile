# On a machine with only Python and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
SAMPLE := demo/nordvik

.PHONY: demo test coverage check docs package pictures lab workshop bench sample messages requirements notebooks clean

$(VENV)/.installed: pyproject.toml requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: $(VENV)/.installed          ## the main job on the sample: prints where the report is
	@test -d $(SAMPLE) || $(BIN)/kamkit new $(SAMPLE) --sample
	$(BIN)/kamkit run $(SAMPLE)

test: $(VENV)/.installed          ## every test: pytest, doctests, notebooks, style, types
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PY) -m pytest -n 2 --dist loadfile
	$(PY) -m pytest -p no:cacheprovider -o addopts="" -q --nbval notebooks

coverage: $(VENV)/.installed      ## which lines no test runs; about half as long again as the tests alone
	$(PY) -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

check: $(VENV)/.installed         ## style and types only
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(VENV)/.installed          ## the documentation site, strict; RUN=folder of a run of the sample saves making one
	$(PY) docs/make_gallery.py $(if $(RUN),--run $(RUN))
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

package: $(VENV)/.installed       ## wheel and source archive, tried in an environment that has nothing else
	rm -rf dist .venv-package
	$(PY) -m hatchling build -d dist
	$(PYTHON) -m venv .venv-package
	.venv-package/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	cd dist && ../.venv-package/bin/kamkit new nordvik --sample && ../.venv-package/bin/kamkit check nordvik
	rm -rf .venv-package dist/nordvik

pictures: $(VENV)/.installed      ## the README's pictures of report, deck and panel; needs Chromium and LibreOffice
	$(PY) docs/make_pictures.py

lab: $(VENV)/.installed           ## the sample in JupyterLab
	@test -d $(SAMPLE) || $(BIN)/kamkit new $(SAMPLE) --sample
	$(BIN)/kamkit lab $(SAMPLE)

workshop: $(VENV)/.installed      ## the what-if panels of the sample, and blind voting, in the browser
	@test -d $(SAMPLE) || $(BIN)/kamkit new $(SAMPLE) --sample
	$(BIN)/kamkit workshop $(SAMPLE) --vote

bench: $(VENV)/.installed         ## side-by-side measurements, each printing a ratio
	$(PY) benchmarks/run.py --whole
	$(PY) benchmarks/rerun.py
	$(PY) benchmarks/customer_pnl.py
	$(PY) benchmarks/rank_acceptability.py
	$(PY) benchmarks/panels.py
	$(PY) benchmarks/voting.py
	$(PY) benchmarks/workshop.py

sample: $(VENV)/.installed        ## make data/sample anew (byte-identical)
	$(PY) data/sample/make_sample.py

notebooks: $(VENV)/.installed     ## run the notebooks on the sample and keep only the checked output
	$(PY) -m kamkit.deliver.notebooks notebooks

messages: $(VENV)/.installed      ## bring the catalogues to what clients read today
	$(PY) -m kamkit.locale.messages sv et

requirements:                     ## pin all versions with their hashes
	$(PYTHON) -m venv .venv-pin
	.venv-pin/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	.venv-pin/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --extra dev --extra workshop --extra docs --extra spark \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml
	rm -rf .venv-pin

clean:
	rm -rf $(VENV) .venv-pin .venv-package dist docs/_build docs/gallery docs/handbook demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
