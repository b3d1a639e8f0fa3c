#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches what the trial needs into target/trial: VS Code as a web server, and what drives a browser. Node 20, a compiler,
# python3, libkrb5-dev; two minutes.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
mkdir -p "$here/target/trial"
cd "$here/target/trial"
[ -f package.json ] || echo '{ "name": "trial", "private": true }' >package.json
quiet="--no-audit --no-fund --ignore-scripts"
# Its own install script refuses root and builds more than is needed: the parts are built one by one.
npm install $quiet code-server@4.99.4 playwright-core@1.55.1
npm rebuild argon2
cd node_modules/code-server/lib/vscode
npm install $quiet --omit=dev
npm rebuild @vscode/spdlog native-watchdog @parcel/watcher kerberos
cd extensions
npm install $quiet --omit=dev
