// Activates the extension among stubs and runs a test's steps.
//
//   NODE_PATH=stubs node vscode.js
//
// In the environment: THRESHER_CLIENT the extension's folder, OPTIONS its settings as JSON, FILE the
// file that is open, STEPS the body of an asynchronous function. What that returns is printed as
// JSON, beside the messages that a user would have read.
'use strict';

const path = require('path');
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const extension = require(path.join(process.env.THRESHER_CLIENT, 'extension.js'));

const tools = {
  vscode,
  run: (name) => vscode.commands.executeCommand(`thresherEditor.${name}`),
  client: () => LanguageClient.current,
  document: vscode.window.activeTextEditor.document,
  codes: () => (LanguageClient.current.diagnostics || [])
    .map(({ range, code }) => [range.start.line + 1, code]).sort(),
  /** Selects whole lines, from 1; one line: the cursor is there. */
  select: (first, last = first) => {
    const end = first === last
      ? new vscode.Position(last - 1, 0) : new vscode.Position(last, 0);
    vscode.window.activeTextEditor.selection =
      new vscode.Selection(new vscode.Position(first - 1, 0), end);
  },
  async waitFor(what, condition) {
    const deadline = Date.now() + 15000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  async waitForCodes(expected) {
    const text = JSON.stringify(expected);
    await tools.waitFor(`codes ${text}`, () => JSON.stringify(tools.codes()) === text).catch(
      (error) => {
        throw new Error(`${error.message}, they are ${JSON.stringify(tools.codes())}`);
      });
  },
};

async function main() {
  const context = { subscriptions: [] };
  await extension.activate(context);
  const AsyncFunction = main.constructor;
  const steps = new AsyncFunction(...Object.keys(tools), process.env.STEPS);
  const value = await steps(...Object.values(tools));
  await extension.deactivate();
  process.stdout.write(JSON.stringify({ value, messages: vscode.messages }));
}

main().then(() => process.exit(0), (error) => {
  process.stderr.write(`${error.stack}\n${JSON.stringify(vscode.messages)}\n`);
  process.exit(1);
});
