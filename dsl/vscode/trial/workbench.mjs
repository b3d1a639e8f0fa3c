// SPDX-License-Identifier: Apache-2.0
// VS Code as a web server, and a browser that has it open.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, '../../..');
const QUICK_INPUT = '.quick-input-widget .quick-input-box input[type=text], .quick-input-widget .quick-input-box input.input';
const prepared = path.resolve(here, '../target/trial');
const require = createRequire(path.join(prepared, 'package.json'));

function freePort() {
    return new Promise(resolve => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

function chromium() {
    const known = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
    return known.find(file => file && existsSync(file)) ?? 'chromium';
}

export class Workbench {
    #folder = mkdtempSync(path.join(tmpdir(), 'nfl-trial-'));
    #user = {
        'security.workspace.trust.enabled': false,
        'workbench.startupEditor': 'none',
        'workbench.colorTheme': 'Default Dark Modern',
        'editor.minimap.enabled': false,
        'files.autoSave': 'off',
        'chat.commandCenter.enabled': false,
        'telemetry.telemetryLevel': 'off',
    };
    #settings = {};
    #server;
    #browser;
    #screens;

    /** @param screens a folder for pictures */
    static async open({ vsix, launcher, sample, screens }) {
        const bench = new Workbench();
        bench.#screens = screens;
        rmSync(screens, { recursive: true, force: true });
        mkdirSync(screens, { recursive: true });
        mkdirSync(bench.file(''), { recursive: true });
        cpSync(sample, bench.file('policy.nfl'));
        bench.#configure();
        bench.set('nfl.path', launcher);
        bench.#codeServer(['--install-extension', vsix]);
        const port = await freePort();
        bench.#server = spawn(process.execPath, bench.#command(['--bind-addr', `127.0.0.1:${port}`]), { stdio: 'ignore' });
        bench.#browser = await require('playwright-core').chromium.launch({
            executablePath: chromium(),
            args: ['--no-sandbox'],
        });
        const context = await bench.#browser.newContext({ viewport: { width: 1100, height: 700 } });
        bench.page = await context.newPage();
        bench.page.setDefaultTimeout(20_000);
        await bench.#load(`http://127.0.0.1:${port}/?folder=${bench.file('')}`);
        return bench;
    }

    #command(options) {
        const entry = path.join(prepared, 'node_modules/code-server/out/node/entry.js');
        const config = path.join(this.#folder, 'config.yaml');
        writeFileSync(config, 'auth: none\ncert: false\n');
        const user = path.join(this.#folder, 'user');
        const extensions = path.join(this.#folder, 'extensions');
        return [entry, '--config', config, '--user-data-dir', user, '--extensions-dir', extensions,
            '--disable-telemetry', '--disable-update-check', ...options];
    }

    #configure() {
        const user = path.join(this.#folder, 'user', 'User');
        mkdirSync(user, { recursive: true });
        writeFileSync(path.join(user, 'settings.json'), JSON.stringify(this.#user));
    }

    #codeServer(options) {
        execFileSync(process.execPath, this.#command(options), { stdio: ['ignore', 'ignore', 'inherit'] });
    }

    async #load(address) {
        for (let tries = 0; ; tries++) {
            try {
                await this.page.goto(address);
                break;
            } catch (error) {
                if (tries > 30) {
                    throw error;
                }
                await this.page.waitForTimeout(500);
            }
        }
        await this.page.waitForSelector('.explorer-folders-view .monaco-list-row', { timeout: 60_000 });
    }

    /** A file of the workspace. */
    file(name) {
        return path.join(this.#folder, 'workspace', name);
    }

    /** Changes a setting of the workspace; the workbench sees the file change. */
    set(name, value) {
        this.#settings[name] = value;
        mkdirSync(this.file('.vscode'), { recursive: true });
        writeFileSync(this.file('.vscode/settings.json'), JSON.stringify(this.#settings));
    }

    async openFile(name) {
        await this.page.getByRole('treeitem', { name, exact: true }).dblclick();
        await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
        await this.page.waitForSelector('.monaco-editor .view-line');
    }

    press(keys) {
        return this.page.keyboard.press(keys);
    }

    async type(text) {
        await this.page.keyboard.type(text, { delay: 15 });
    }

    /** Runs a command of the palette. */
    async run(command) {
        await this.press('F1');
        await this.page.waitForSelector(QUICK_INPUT);
        await this.type(command);
        await this.page.waitForTimeout(400);
        await this.press('Enter');
    }

    /** Puts the cursor before the first occurrence of a text in the saved or unsaved policy. */
    async at(text, offset = 0, name = 'policy.nfl') {
        const before = (await this.text(name)).split(text)[0];
        const line = before.split('\n').length;
        const column = before.length - before.lastIndexOf('\n') + offset;
        await this.press('Control+g');
        await this.page.waitForSelector(QUICK_INPUT);
        await this.type(`${line}:${column}`);
        await this.press('Enter');
        await this.page.waitForTimeout(200);
    }

    /** What the editor holds: it is saved first. */
    async text(name = 'policy.nfl') {
        await this.press('Control+s');
        await this.page.waitForTimeout(300);
        return readFileSync(this.file(name), 'utf8');
    }

    texts(selector) {
        return this.page.locator(selector).allInnerTexts().then(all => all.map(each => each.replace(/\s+/g, ' ').trim()));
    }

    /** Waits until the texts of a selector are as wanted, and gives them. */
    async until(selector, wanted, what) {
        let texts = [];
        for (let tries = 0; tries < 100; tries++) {
            texts = await this.texts(selector);
            if (wanted(texts)) {
                return texts;
            }
            await this.page.waitForTimeout(200);
        }
        throw new Error(`${what}; what is there: ${JSON.stringify(texts)}`);
    }

    /** @param clip the part of the window, or all of it */
    async picture(name, clip) {
        await this.page.waitForTimeout(400);
        await this.page.screenshot({ path: path.join(this.#screens, `${name}.png`), clip });
    }

    async close() {
        await this.#browser?.close();
        this.#server?.kill();
        rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
    }
}
