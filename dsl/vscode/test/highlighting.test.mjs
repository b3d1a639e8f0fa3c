// SPDX-License-Identifier: Apache-2.0
// VS Code's own reader of grammars on the golden file. That the file says what the lexer does is held in dsl/ide.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);
const read = name => readFileSync(new URL(name, import.meta.url), 'utf8');

async function grammar() {
    await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer);
    const registry = new textmate.Registry({
        onigLib: Promise.resolve({
            createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
            createOnigString: text => new oniguruma.OnigString(text),
        }),
        loadGrammar: async () => textmate.parseRawGrammar(read('../syntaxes/nfl.tmLanguage.json'), 'nfl.json'),
    });
    return registry.loadGrammar('source.nfl');
}

test('each word of the golden file has its scope', async () => {
    const nfl = await grammar();
    const scopes = [];
    let state = textmate.INITIAL;
    read('tokens.nfl').split('\n').forEach((line, number) => {
        const read = nfl.tokenizeLine(line, state);
        state = read.ruleStack;
        let previous;
        for (const token of read.tokens) {
            if (token.scopes.length > 1) {
                const text = line.substring(token.startIndex, token.endIndex);
                const scope = token.scopes.at(-1);
                // The quotes are tokens of their own here.
                if (scope === previous && scope.startsWith('string.quoted')) {
                    scopes.push(scopes.pop().replace('\t' + scope, text + '\t' + scope));
                } else {
                    scopes.push(`${number + 1}\t${text}\t${scope}`);
                }
                previous = scope;
            }
        }
    });
    assert.deepEqual(scopes, read('tokens.txt').trimEnd().split('\n'));
});
