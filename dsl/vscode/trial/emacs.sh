#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nfl lsp in Emacs (eglot, in batch), attached as editor.md says.
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
emacs --batch --load "$here/emacs.el"
