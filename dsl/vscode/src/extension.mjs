// SPDX-License-Identifier: Apache-2.0
// Starts `nfl lsp` and says clearly what is wrong when it cannot be started.
import * as vscode from 'vscode';
import { LanguageClient, State } from 'vscode-languageclient/node';
import { askVersion, findLauncher, launcherEnvironment } from './launcher.mjs';

const OPEN_SETTINGS = 'Open Settings';
const SHOW_LOG = 'Show Log';
const RESTART = 'nfl.restartServer';

/** One server at a time: each start and each stop waits for the one before. */
class Server {
    #log = vscode.window.createOutputChannel('NFL');
    #status = vscode.languages.createLanguageStatusItem('nfl.server', { language: 'nfl' });
    #client;
    #queue = Promise.resolve();
    #starting = new AbortController();

    constructor() {
        this.#status.name = 'NFL';
        this.#status.command = { command: RESTART, title: 'Restart' };
    }

    /** A start that still waits for its launcher, which may build for minutes, is given up. */
    restart() {
        this.#starting.abort();
        this.#queue = this.#queue.then(() => this.#stop()).then(() => this.#start());
        return this.#queue;
    }

    stop() {
        this.#starting.abort();
        this.#queue = this.#queue.then(() => this.#stop());
        return this.#queue;
    }

    showLog() {
        this.#log.show(true);
    }

    dispose() {
        this.#status.dispose();
        this.#log.dispose();
    }

    async #start() {
        const settings = vscode.workspace.getConfiguration('nfl');
        const launcher = findLauncher(settings.get('path', 'nfl'));
        if (launcher.problem) {
            return this.#failed(launcher.problem);
        }
        const environment = launcherEnvironment(settings.get('javaHome', ''));
        this.#tell('starting', vscode.LanguageStatusSeverity.Information, true);
        this.#starting = new AbortController();
        const { signal } = this.#starting;
        const answer = await this.#version(launcher.file, environment, signal);
        if (signal.aborted) {
            return;
        }
        if (answer.problem) {
            return this.#failed(answer.problem);
        }
        this.#log.appendLine(`${launcher.file}: ${answer.version}`);
        this.#client = new LanguageClient(
            'nfl',
            'NFL',
            { command: launcher.file, args: ['lsp'], options: { env: environment } },
            {
                documentSelector: [
                    { language: 'nfl', scheme: 'file' },
                    { language: 'nfl', scheme: 'untitled' },
                ],
                outputChannel: this.#log,
                synchronize: { fileEvents: this.#watched },
            },
        );
        this.#client.onDidChangeState(({ newState }) => {
            if (newState === State.Running) {
                this.#tell(answer.version, vscode.LanguageStatusSeverity.Information);
            } else if (newState === State.Stopped) {
                this.#tell('the language server has stopped', vscode.LanguageStatusSeverity.Warning);
            }
        });
        try {
            await this.#client.start();
        } catch (error) {
            await this.#failed(`${launcher.file} lsp does not answer: ${error.message}`);
        }
    }

    #watched = vscode.workspace.createFileSystemWatcher('**/*.nfl');

    #version(file, environment, signal) {
        const title = 'NFL: starting the language server';
        return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, progress =>
            askVersion(
                file,
                environment,
                said => {
                    this.#log.append(said);
                    progress.report({ message: said.trim().split('\n').pop() });
                },
                signal,
            ),
        );
    }

    async #stop() {
        const client = this.#client;
        this.#client = undefined;
        if (client) {
            try {
                await client.dispose();
            } catch {
                // It never came up, or is gone already: what went wrong has been told.
            }
        }
    }

    /** Does not wait for the answer: the user may leave the message standing. */
    async #failed(problem) {
        await this.#stop();
        this.#tell(problem, vscode.LanguageStatusSeverity.Error);
        this.#log.appendLine(problem);
        vscode.window.showErrorMessage(`NFL: ${problem}`, OPEN_SETTINGS, SHOW_LOG).then(chosen => {
            if (chosen === OPEN_SETTINGS) {
                vscode.commands.executeCommand('workbench.action.openSettings', '@ext:nfl.nfl');
            } else if (chosen === SHOW_LOG) {
                this.showLog();
            }
        });
    }

    #tell(text, severity, busy = false) {
        this.#status.text = text;
        this.#status.severity = severity;
        this.#status.busy = busy;
    }
}

let server;

export async function activate(context) {
    server = new Server();
    context.subscriptions.push(
        server,
        vscode.commands.registerCommand(RESTART, () => server.restart()),
        vscode.commands.registerCommand('nfl.showLog', () => server.showLog()),
        vscode.workspace.onDidChangeConfiguration(change => {
            if (change.affectsConfiguration('nfl.path') || change.affectsConfiguration('nfl.javaHome')) {
                server.restart();
            }
        }),
    );
    await server.restart();
}

export function deactivate() {
    return server?.stop();
}
