// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { askVersion, findLauncher, launcherEnvironment } from '../src/launcher.mjs';

let folder;

before(() => (folder = mkdtempSync(path.join(tmpdir(), 'nfl-launcher-'))));
after(() => rmSync(folder, { recursive: true }));

function program(name, text) {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
}

test('a name is looked for on the PATH', () => {
    const file = program('nfl', 'exit 0');
    assert.deepEqual(findLauncher('', { PATH: `/nowhere:${folder}` }), { file });
    assert.match(findLauncher('nfl', { PATH: '/nowhere' }).problem, /not on the PATH.*nfl\.path/);
});

test('a path is taken as it is, the tilde for the home', () => {
    const file = program('nfl', 'exit 0');
    assert.deepEqual(findLauncher(file, {}), { file });
    assert.deepEqual(findLauncher('~/nfl', { HOME: folder }), { file });
    assert.match(findLauncher(`${file}.not`, {}).problem, /is not at .*nfl\.not/);
    assert.match(findLauncher(folder, {}).problem, /is not at/);
    assert.match(findLauncher('bin/nfl', {}).problem, /whole path/);
});

test('Java is told to the launcher when the settings name one', () => {
    assert.equal(launcherEnvironment(' /jdk ', { JAVA_HOME: '/old' }).JAVA_HOME, '/jdk');
    assert.equal(launcherEnvironment('', { JAVA_HOME: '/old' }).JAVA_HOME, '/old');
});

test('the version says that the launcher runs', async () => {
    const said = [];
    const file = program('good', 'echo building >&2; echo "nfl 0.1.0 (Java 17)"');
    assert.deepEqual(await askVersion(file, process.env, text => said.push(text)), { version: 'nfl 0.1.0 (Java 17)' });
    assert.deepEqual(said, ['building\n']);
});

test('no Java is told in the words of the launcher', async () => {
    const file = program('javaless', 'echo "nfl: no Java 17 or newer is found" >&2; exit 69');
    assert.deepEqual(await askVersion(file, process.env), { problem: 'no Java 17 or newer is found' });
});

test('a failed build, another program and one that cannot be run are told', async () => {
    const failed = program('failed', 'echo "BUILD FAILURE" >&2; exit 70');
    assert.match((await askVersion(failed, process.env)).problem, /ended with 70: BUILD FAILURE/);
    const other = program('other', 'echo "nflfastr 2"');
    assert.match((await askVersion(other, process.env)).problem, /another program.*nflfastr/);
    const broken = path.join(folder, 'broken');
    writeFileSync(broken, '#!/no/such/interpreter\n');
    chmodSync(broken, 0o755);
    assert.match((await askVersion(broken, process.env)).problem, /cannot be run/);
});

test('a launcher that builds for long can be given up', async () => {
    const slow = program('slow', 'exec sleep 60');
    const given = new AbortController();
    const answer = askVersion(slow, process.env, () => {}, given.signal);
    given.abort();
    assert.match((await answer).problem, /cannot be run/);
});
