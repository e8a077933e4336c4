# The program, in a clone of its own; where `make demo` has run, all but the first and the last line is done already.
cd shiproom
python3 -m venv .venv
.venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
.venv/bin/pip install --no-deps --no-build-isolation --editable .
. .venv/bin/activate                # so that this terminal finds `shiproom`
