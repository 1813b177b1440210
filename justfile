# What there is to do here. `just` lists it; each recipe is one command that works without just, too.

# The recipes.
default:
    @just --list

# Build the program.
build:
    cargo build --locked

# Install what the tests need, and run all of them.
test:
    bash tests/run

# Run the tests whose names hold NAME.
test-one NAME:
    cargo test --workspace --locked -- {{ NAME }}

# Run the tests of one crate: core, azure, agent, templates, simulator, host-emulator.
crate NAME:
    cargo test --locked --package lamplighter-{{ NAME }}

# Check form, lints and documentation.
lint:
    bash .ci/run form clippy

# Check licences, sources and advisories of what is built in.
deny:
    bash .ci/run deny

# Build the documentation of the crates.
doc:
    cargo doc --workspace --no-deps --locked --open

# Play a fortnight of sixty people over a simulated Azure.
demo *ARGS:
    cargo run --release --locked -- demo {{ ARGS }}

# Build the package for Azure Functions, and check it.
package:
    bash infra/package.sh
    tests/packaged

# Build a release's archive for a target of Rust's that this computer can run, and check it.
archive TARGET:
    bash infra/archive.sh {{ TARGET }}
    python3 tests/archived target/archive/lamplighter-*-{{ TARGET }}.*[pz]

# Write the custom role from the rights that the kinds of resources need.
role:
    cargo run --locked -- settings --role >infra/role/lamplighter.json
    for kind in cluster deployment vm aks; do cargo run --locked -- settings --role $kind >infra/role/$kind.json; done
    cargo run --locked -- settings --role workbench >infra/role/foundry.json

# Fetch Microsoft's Bicep compiler, and ask it about infra/.
bicep:
    bash tools/bicep.sh

# Play every seed.
nightly:
    bash tests/nightly
