// SPDX-License-Identifier: Apache-2.0
// The extension in a real VS Code: each step does what a user does and looks at what VS Code shows.
// node vscode.mjs [STEP…]; pictures in target/trial-pictures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Workbench, root } from './workbench.mjs';

const extension = path.join(root, 'dsl/vscode');
const vsix = readdirSync(path.join(extension, 'target')).find(file => file.endsWith('.vsix'));
const SQUIGGLE = '.monaco-editor .squiggly-error';
const NO_PROBLEMS = texts => texts.some(text => /^0( 0)*$/.test(text));
const PROBLEMS = '#status\\.problems a';
const ROWS = '.markers-panel .monaco-list-row';
/** The text of the editor: what editor.md shows. */
const TEXT = { x: 323, y: 93, width: 777, height: 400 };
const OFFERS = '.suggest-widget.visible .monaco-list-row .label-name';
const launcher = process.env.NFL ?? path.join(root, 'nfl');
// A clone builds itself now, and not while the first step waits for it.
execFileSync(launcher, ['--version'], { stdio: 'inherit' });
const bench = await Workbench.open({
    vsix: path.join(extension, 'target', vsix),
    launcher,
    sample: path.join(root, 'samples/home-gateway/policy.nfl'),
    screens: path.join(extension, 'target/trial-pictures'),
});
const { page } = bench;

/** Changes the file beneath the editor, which reads it again. */
async function change(edit, name = 'policy.nfl') {
    const file = bench.file(name);
    await bench.press('Control+s');
    await page.waitForTimeout(300);
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
    await page.waitForTimeout(1500);
}

async function typeTheSlip() {
    await bench.at('\nnat postrouting', 0);
    await bench.type('\nnat prerouting {\nsnat to 203.0.113.2');
    await page.waitForSelector(SQUIGGLE);
}

const original = readFileSync(bench.file('policy.nfl'), 'utf8');

const steps = {
    async 'a whole policy has no problems, and is coloured'() {
        await bench.openFile('policy.nfl');
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems');
        await bench.press('Control+Home');
        await page.waitForFunction(() => {
            const spans = [...document.querySelectorAll('.view-line span span')];
            const colour = word => {
                const found = spans.find(each => each.textContent.trim() === word);
                return found && getComputedStyle(found).color;
            };
            const three = ['publish', 'eth0', 'tcp'].map(colour);
            return three.every(Boolean) && new Set(three).size === 3;
        });
        await bench.picture('colours');
    },

    async 'a mistake is marked as one types, and says why'() {
        const whole = original;
        await typeTheSlip();
        assert.equal(
            await bench.text(),
            whole.replace('nat postrouting', 'nat prerouting {\n  snat to 203.0.113.2\n}\nnat postrouting'),
            'brackets and indentation come by themselves',
        );
        await bench.run('View: Focus Problems');
        const rows = await bench.until(ROWS, texts => texts.some(text => text.includes('placement/')), 'the problem');
        assert.ok(rows.some(row => row.includes('cannot stand in') && row.includes('placement/action')), rows);
        await bench.picture('problems');
        await bench.run('View: Close Panel');
        await bench.at('snat to', 1);
        await bench.run('Show or Focus Hover');
        await bench.until('.monaco-hover', texts => texts.some(text => text.includes('it may stand in: nat postrouting')),
            'the message with its notes');
        await bench.picture('mistake', TEXT);
        await bench.press('Escape');
        await change(() => whole);
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems');
    },

    async 'a quick fix mends it'() {
        const whole = original;
        await bench.at('erade out', 0);
        await bench.press('Delete');
        await page.waitForSelector(SQUIGGLE);
        await bench.press('Control+.');
        await bench.until('.action-widget .monaco-list-row',
            texts => texts.some(text => text.includes('replace it with `masquerade`')), 'the fix');
        await bench.picture('fix');
        await bench.press('Enter');
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems');
        assert.equal(await bench.text(), whole);
    },

    async 'a rule is moved to where it may stand'() {
        await typeTheSlip();
        await bench.at('snat to', 1);
        await bench.press('Control+.');
        await bench.until('.action-widget .monaco-list-row',
            texts => texts.some(text => text.includes('make the block `nat postrouting`')), 'the fix');
        await bench.press('Enter');
        await page.waitForTimeout(1000);
        assert.match(await bench.text(), /nat postrouting \{\n {2}snat to 203\.0\.113\.2\n\}\nnat postrouting \{/);
        await change(() => original);
    },

    async 'completion knows the hook'() {
        const whole = original;
        await bench.at('masquerade out', 0);
        await bench.type('\n');
        await bench.press('ArrowUp');
        await bench.press('End');
        await bench.type('dn');
        await bench.press('Control+Space');
        await page.waitForTimeout(1500);
        assert.ok(!(await bench.texts(OFFERS)).includes('dnat'));
        await bench.press('Escape');
        await bench.press('Backspace');
        await bench.press('Backspace');
        await bench.type('ma');
        await bench.press('Control+Space');
        await bench.until(OFFERS, texts => texts.includes('masquerade'), 'offers');
        await bench.picture('completion');
        await bench.press('Enter');
        await bench.type(' out ');
        const names = await bench.until(OFFERS, texts => texts.includes('wan'), 'interfaces, offered behind the blank');
        assert.ok(!names.includes('pc1'), names);
        await bench.press('Escape');
        assert.match(await bench.text(), /\n {2}masquerade out {1,2}\n/);
        await change(() => whole);
    },

    async 'hover tells what a name is'() {
        await bench.at('pc1:80', 1);
        await bench.run('Show or Focus Hover');
        await bench.until('.monaco-hover', texts => texts.some(text => text.includes('192.168.1.10')), 'the value');
        await bench.picture('hover-name');
        await bench.press('Escape');
    },

    async 'hover tells the lines of a rule'() {
        await bench.at('masquerade out wan from', 1);
        await bench.run('Show or Focus Hover');
        await bench.until('.monaco-hover', texts => texts.some(text => text.includes('-j MASQUERADE')), 'the lines');
        await bench.picture('hover-rule', TEXT);
        await bench.press('Escape');
    },

    async 'a name leads to its declaration'() {
        await bench.at('pc1:80', 1);
        await bench.press('F12');
        await bench.until('#status\\.editor\\.selection', texts => texts.some(text => /Ln 8, Col 9/.test(text)), 'line 8');
    },

    async 'references are found'() {
        await bench.at('pc1 =', 1);
        await bench.press('Shift+F12');
        await bench.until('.peekview-title', texts => texts.some(text => /References \(\d+\)/.test(text)), 'references');
        await bench.picture('references');
        await bench.press('Escape');
    },

    async 'a name is given another everywhere'() {
        await bench.at('pc1 =', 1);
        await bench.press('F2');
        await page.waitForSelector('.rename-box input');
        await page.fill('.rename-box input', 'web');
        await bench.picture('rename');
        await bench.press('Enter');
        await page.waitForTimeout(1500);
        const text = await bench.text();
        assert.ok(text.includes('address web = 192.168.1.10') && text.includes('to web:80 router'), text);
        assert.ok(!/\bpc1\b(?!'s|,? itself)/.test(text.replace(/#.*/g, '').replace(/"[^"]*"/g, '')), text);
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems');
        await change(() => original);
    },

    async 'the outline has the declarations'() {
        await bench.run('Explorer: Focus on Outline View');
        const rows = await bench.until('.outline-pane .monaco-list-row', texts => texts.some(text => text.startsWith('pc1')), 'the outline');
        assert.ok(rows[0].startsWith('home-gateway'), rows);
        await bench.picture('outline');
    },

    async 'blocks fold'() {
        await bench.at('  masquerade out', 0);
        await bench.run('Fold All');
        await page.waitForTimeout(800);
        await bench.picture('folded');
        const lines = await bench.texts('.view-line');
        assert.ok(!lines.some(line => line.includes('masquerade')), lines);
        await bench.run('Unfold All');
    },

    async 'an import is heeded before it is saved'() {
        writeFileSync(bench.file('names.nfl'), 'address printer = 192.168.1.40\n');
        await change(text => text
            .replace('interface wan', 'import "names.nfl"\ninterface wan')
            .replace('  jump publish-accepts', '  accept in wan to printer\n  jump publish-accepts'));
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems with the import');
        await bench.openFile('names.nfl');
        await bench.press('Control+Home');
        await bench.press('Control+Shift+k');
        await bench.until(PROBLEMS, texts => !NO_PROBLEMS(texts), 'the name is gone');
        assert.match(readFileSync(bench.file('names.nfl'), 'utf8'), /printer/, 'the file still has it');
        await bench.run('View: Focus Problems');
        const rows = await bench.until(ROWS, texts => texts.some(text => text.includes('names/unknown')), 'unknown name');
        assert.ok(rows.some(row => row.includes('printer')), rows);
        await bench.picture('unsaved-import');
        await bench.run('View: Close Panel');
        await bench.openFile('names.nfl');
        await bench.press('Control+z');
        await bench.until(PROBLEMS, NO_PROBLEMS, 'no problems after the import is as it was');
        await bench.openFile('policy.nfl');
        await change(() => original);
    },

    async 'a file of names that is open alone is a part of its policy'() {
        const names = 'address printer = 192.168.1.40\n';
        writeFileSync(bench.file('names.nfl'), names);
        await change(text => text
            .replace('interface wan', 'import "names.nfl"\ninterface wan')
            .replace('  jump publish-accepts', '  accept in wan to printer\n  jump publish-accepts'));
        await bench.run('View: Close All Editors');
        await bench.openFile('names.nfl');
        await page.waitForTimeout(3000);
        await bench.until(PROBLEMS, NO_PROBLEMS, 'nothing is declared in vain');
        await bench.at('printer =', 1, 'names.nfl');
        await bench.press('F2');
        await page.waitForSelector('.rename-box input');
        await page.fill('.rename-box input', 'plotter');
        await bench.press('Enter');
        await page.waitForTimeout(1500);
        await bench.run('File: Save All');
        await page.waitForTimeout(1000);
        assert.match(readFileSync(bench.file('names.nfl'), 'utf8'), /plotter/);
        assert.match(readFileSync(bench.file('policy.nfl'), 'utf8'), /accept in wan to plotter/);
        await bench.openFile('policy.nfl');
        await change(() => original);
    },

    async 'the server is restarted on demand'() {
        await bench.run('NFL: Restart Language Server');
        await page.waitForTimeout(3000);
        await typeTheSlip();
        await change(() => original);
    },

    async 'the log tells what was said'() {
        bench.set('nfl.trace.server', 'messages');
        await page.waitForTimeout(1000);
        await bench.type('0');
        await bench.run('NFL: Show Log');
        await bench.until('.panel .view-line', texts => texts.some(text => text.includes('textDocument/')),
            'the messages');
        await bench.picture('log');
        await bench.run('View: Close Panel');
        bench.set('nfl.trace.server', 'off');
    },

    async 'a launcher that builds for long is given up for another one'() {
        const slow = bench.file('slow-nfl');
        writeFileSync(slow, '#!/bin/sh\necho building >&2\nexec sleep 600\n', { mode: 0o755 });
        bench.set('nfl.path', slow);
        await bench.until('.statusbar-item', texts => texts.some(text => text.includes('building')), 'the progress');
        bench.set('nfl.path', launcher);
        await page.waitForTimeout(3000);
        await typeTheSlip();
        await change(() => original);
    },

    async 'a launcher that is not there is told, and marks nothing'() {
        bench.set('nfl.path', '/nowhere/nfl');
        const messages = await bench.until('.notification-toast', texts => texts.length > 0, 'the message');
        assert.match(messages.join(), /not at \/nowhere\/nfl/);
        await bench.picture('no-launcher');
        assert.equal(await page.locator(SQUIGGLE).count(), 0);
    },
};

const wanted = process.argv.slice(2);
let failed = 0;
try {
    for (const [name, step] of Object.entries(steps)) {
        if (wanted.length > 0 && !wanted.some(each => name.includes(each)) && !name.startsWith('a whole policy')) {
            continue;
        }
        const before = Date.now();
        try {
            await step();
            console.log(`ok    ${name} (${Date.now() - before} ms)`);
        } catch (error) {
            failed++;
            console.log(`FAIL  ${name}\n      ${String(error.message).slice(0, 600)}`);
            await bench.picture(`failed-${failed}`);
            await bench.press('Escape');
            await change(() => original);
        }
    }
} finally {
    await bench.close();
}
process.exitCode = failed === 0 ? 0 : 1;
