// Thresher in VS Code: starts the language server, and has commands beside its code actions.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { FIXED, initializationOptions, serverOptions } = require('./options');

let client = null;

const say = (text) => vscode.window.showInformationMessage(`Thresher: ${text}`);

async function complain(error) {
  const settings = 'Settings';
  const chosen = await vscode.window.showErrorMessage(`Thresher: ${error.message}`, settings);
  if (chosen === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'thresher');
  }
}

/** The server's sum of a file in a sentence. */
function sentence(sum) {
  const mean = typeof sum.meanScore === 'number' ? `, mean score ${sum.meanScore.toFixed(2)}` : '';
  const pending = sum.pending > 0 ? `; ${sum.pending} not read yet` : '';
  return `${sum.records} records: ${sum.exactDuplicates} exact and ${sum.nearDuplicates} near ` +
    `duplicates, ${sum.unusable} unusable, ${sum.lowScore} below the minimum${mean}; ` +
    `${sum.tokensCut} of ${sum.tokens} tokens can be cut${pending}`;
}

async function start() {
  if (client) return;
  const configuration = vscode.workspace.getConfiguration('thresher');
  const selector = [{ language: 'jsonl' }];
  for (const pattern of configuration.get('arrays')) {
    selector.push({ language: 'json', pattern });
  }
  try {
    client = new LanguageClient('thresher', 'Thresher', serverOptions(configuration), {
      documentSelector: selector,
      initializationOptions: initializationOptions(configuration),
      synchronize: { configurationSection: 'thresher' },
      middleware: {
        // The lens of the first line: what it gives is for the user.
        async executeCommand(command, parameters, next) {
          const result = await next(command, parameters);
          if (command === 'thresher.summary' && result) say(sentence(result));
          return result;
        },
      },
    });
    await client.start();
  } catch (error) {
    client = null;
    // Not awaited: a message may stand there for as long as it likes.
    void complain(error);
  }
}

async function stop() {
  const ending = client;
  client = null;
  if (ending) await ending.stop();
}

async function restart() {
  await stop();
  await start();
}

/** The server's answer about the file of the active editor; undefined where there is none. */
async function ask(method, parametersFor) {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  if (!client) {
    say('no server is running; "Thresher: Start the Language Server" starts one');
    return undefined;
  }
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  try {
    return await client.sendRequest(method, parametersFor(uri, editor.selection));
  } catch (error) {
    void complain(error);
    return undefined;
  }
}

const execute = (command, ...more) =>
  ask('workspace/executeCommand', (uri) => ({ command, arguments: [uri, ...more] }));

/** Has the server edit the file; says so if there was nothing to do. */
async function edit(command, nothing, ...more) {
  const { document } = vscode.window.activeTextEditor || {};
  if (!document || !client) return ask();
  const before = document.version;
  await execute(command, ...more);
  if (nothing && document.version === before) say(nothing);
  return undefined;
}

/** One record after the other, from the selection's last line to its first. */
async function editLines(command, nothing) {
  const { selection } = vscode.window.activeTextEditor || {};
  if (!selection) return;
  const first = selection.start.line;
  // A selection that ends at a line's beginning does not mean that line.
  const last = Math.max(first, selection.end.line - (selection.end.character === 0 ? 1 : 0));
  for (let line = last; line >= first; line -= 1) {
    await edit(command, first === last ? nothing : null, line);
  }
}

async function original() {
  const location = await ask('textDocument/definition', (uri, selection) => ({
    textDocument: { uri },
    position: { line: selection.active.line, character: 0 },
  }));
  if (location === undefined) return;
  if (!location) return void say('this record is no duplicate');
  const { uri, range } = client.protocol2CodeConverter.asLocation(location);
  const start = new vscode.Range(range.start, range.start);
  await vscode.window.showTextDocument(uri, { selection: start });
}

async function status() {
  const sum = await execute('thresher.summary');
  if (sum) say(sentence(sum));
}

const commands = {
  start,
  stop,
  restart,
  status,
  original,
  verdict: () => vscode.commands.executeCommand('editor.action.showHover'),
  trim: () => editLines('thresher.trim', 'there is no fluff in this record'),
  remove: () => editLines('thresher.remove', 'there is no record in this line'),
  ignore: () => editLines('thresher.ignore', 'there is nothing to ignore in this line'),
  trimAll: () => edit('thresher.trimAll', 'there is no fluff'),
  removeDuplicates: () => edit('thresher.removeDuplicates', 'there are no duplicates'),
  dropBelow: () => edit('thresher.dropBelow', 'no record is below the minimum score'),
};

async function activate(context) {
  for (const [name, run] of Object.entries(commands)) {
    // The server's own names are taken by the client.
    context.subscriptions.push(vscode.commands.registerCommand(`thresherEditor.${name}`, run));
  }
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (FIXED.some((name) => event.affectsConfiguration(`thresher.${name}`))) return restart();
      return undefined;
    }));
  await start();
}

module.exports = { activate, deactivate: stop };
