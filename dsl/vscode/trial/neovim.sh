#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nfl lsp in a headless Neovim, attached as editor.md says.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH= cd -- "$here/../../.." && pwd -P)
NFL=${NFL:-$root/nfl}
export NFL
"$NFL" --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$root/samples/home-gateway/policy.nfl" "$folder/policy.nfl"
cd "$folder"
nvim --headless --clean -u "$here/neovim.lua" policy.nfl
