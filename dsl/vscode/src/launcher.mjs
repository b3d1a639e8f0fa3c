// SPDX-License-Identifier: Apache-2.0
// Which program is started as the language server, and what is said when it cannot be. Knows nothing of VS Code.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The launcher's own word for: no Java 17, or no Maven to build with. */
const MISSING = 69;
/** A shell's words for: not a program, and not found. */
const NOT_A_PROGRAM = [126, 127];

/**
 * The file that the setting `nfl.path` means.
 * @returns {{file: string} | {problem: string}}
 */
export function findLauncher(setting, environment = process.env) {
    const asked = setting.trim() || 'nfl';
    const named = asked.startsWith('~/') ? path.join(environment.HOME ?? '', asked.slice(2)) : asked;
    if (named.includes('/') || path.isAbsolute(named)) {
        if (!path.isAbsolute(named)) {
            return { problem: `The setting nfl.path is ${asked}: write a whole path, or a name on the PATH.` };
        }
        return isProgram(named)
            ? { file: named }
            : { problem: `The launcher of NFL is not at ${named}, where the setting nfl.path has it, or may not be run.` };
    }
    for (const folder of (environment.PATH ?? '').split(path.delimiter)) {
        const file = path.join(folder, named);
        if (path.isAbsolute(file) && isProgram(file)) {
            return { file };
        }
    }
    return {
        problem: `The launcher ${named} is not on the PATH of the editor. Build NFL, and give the path of the file`
            + ' nfl at the top of the clone in the setting nfl.path.',
    };
}

function isProgram(file) {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}

/** The environment of the launcher: the editor's, with the Java that the settings name. */
export function launcherEnvironment(javaHome, environment = process.env) {
    return javaHome.trim() ? { ...environment, JAVA_HOME: javaHome.trim() } : { ...environment };
}

/**
 * Asks the launcher for its version: whether it runs, and why not. A clone builds itself first, which takes a minute.
 * @param said is given what the launcher says on standard error, as it comes
 * @param signal ends the launcher, and the answer is a problem
 * @returns {Promise<{version: string} | {problem: string}>}
 */
export function askVersion(file, environment, said = () => {}, signal = undefined) {
    return new Promise(resolve => {
        let output = '';
        let errors = '';
        const launcher = spawn(file, ['--version'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], signal });
        launcher.stdout.on('data', data => (output += data));
        launcher.stderr.on('data', data => {
            errors += data;
            said(String(data));
        });
        launcher.on('error', error => resolve({ problem: `${file} cannot be run: ${error.message}.` }));
        launcher.on('close', (status, signal) => {
            const version = output.trim();
            resolve(
                status === 0 && version.startsWith('nfl ')
                    ? { version }
                    : { problem: whyNot(file, status, signal, errors, version) },
            );
        });
    });
}

function whyNot(file, status, signal, errors, output) {
    const said = errors.trim().split('\n').pop().replace(/^nfl: /, '');
    if (status === 0) {
        return `${file} is another program: asked for its version it says: ${output.split('\n')[0]}`;
    }
    if (status === MISSING) {
        return said || `${file} does not find Java 17 or newer.`;
    }
    if (NOT_A_PROGRAM.includes(status)) {
        return `${file} cannot be run: ${said}`;
    }
    return `${file} --version ended with ${signal ?? status}${said ? `: ${said}` : '.'}`;
}
